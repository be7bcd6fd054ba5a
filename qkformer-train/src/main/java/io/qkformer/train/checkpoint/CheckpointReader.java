package io.qkformer.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the checkpoints in a folder and changes nothing there, also while a training writes into it. */
public final class CheckpointReader {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointReader.class);

  private final Path folder;

  /** A reader of a folder, which need not exist yet. */
  public CheckpointReader(Path folder) {
    this.folder = Objects.requireNonNull(folder, "folder");
  }

  /**
   * Returns the checkpoints' folders, newest first; whether they are intact is not looked at.
   *
   * @throws IOException when the folder cannot be read
   */
  public List<Path> list() throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(entry -> Names.step(entry).isPresent() && Files.isDirectory(entry))
          .sorted(Comparator.comparingLong((Path entry) -> Names.step(entry).getAsLong()).reversed())
          .toList();
    }
  }

  /**
   * Returns the newest checkpoint that is intact: each file was verified and parsed. Goes back from a damaged one to
   * the one before, and logs a warning that says which file is damaged and how.
   *
   * @throws CheckpointException MISSING when there is none; CORRUPT when all are damaged, listing each; TOO_NEW
   * @throws IOException when a file may not be read
   */
  public TrainingState newest() throws IOException {
    return newest(damaged -> { });
  }

  /** The same, which also says which were found to be damaged. */
  TrainingState newest(Consumer<Path> damaged) throws IOException {
    List<CheckpointException> failures = new ArrayList<>();
    for (Path checkpoint : list()) {
      try {
        return read(checkpoint);
      } catch (CheckpointException e) {
        if (e.problem() != CheckpointException.Problem.CORRUPT) {
          failures.forEach(e::addSuppressed);
          throw e;
        }
        LOG.warn("{}; looking for the one before", e.getMessage());
        failures.add(e);
        damaged.accept(checkpoint);
      }
    }
    throw failures.isEmpty() ? CheckpointException.missing(folder) : CheckpointException.noneGood(folder, failures);
  }

  /**
   * Reads one checkpoint; each file is verified first.
   *
   * @param checkpoint its folder
   * @throws CheckpointException MISSING when there is no such folder, CORRUPT, TOO_NEW
   * @throws IOException when a file may not be read
   */
  public static TrainingState read(Path checkpoint) throws IOException {
    if (Files.notExists(checkpoint)) {
      throw CheckpointException.missing(checkpoint);
    }
    return CheckpointFiles.read(checkpoint);
  }
}
