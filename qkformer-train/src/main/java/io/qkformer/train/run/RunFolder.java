package io.qkformer.train.run;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.train.checkpoint.CheckpointStore;
import io.qkformer.train.checkpoint.TrainingProgress;
import io.qkformer.train.checkpoint.TrainingState;
import io.qkformer.train.data.Split;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.LearningCurve;
import io.qkformer.train.report.SummaryCsv;
import io.qkformer.train.report.TensorBoardWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one training run, locked for this process until it is closed. Not thread-safe. To resume exactly:
 * {@link #open}, {@link #checkpoints} and its newest state (or {@link TrainingProgress#start} where there is none
 * yet), {@link #startSession} with the state's progress, then go on. At the end of an epoch call {@link #epochEnded}
 * first and save the checkpoint then.
 */
public final class RunFolder implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
  private static final Set<String> LOCK_FILES = Set.of(RunFiles.LOCK, RunFiles.LOCK_HOLDER);

  private final Path path;
  private final RunLock lock;

  private RunFolder(Path path, RunLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Creates a folder for a new run.
   *
   * @param path   new or empty; missing parents are created
   * @param recipe how the run was asked for, kept in {@link RunFiles#RECIPE}
   * @throws FileAlreadyExistsException when the folder is not empty; nothing in it has changed
   * @throws RunLockedException when a process works in it
   * @throws IOException when it cannot be created
   */
  public static RunFolder create(Path path, String recipe) throws IOException {
    Objects.requireNonNull(recipe, "recipe");
    Files.createDirectories(path);
    requireEmpty(path);
    RunLock lock = RunLock.acquire(path);
    boolean created = false;
    try {
      // another process may have begun, and ended, a run in between
      requireEmpty(path);
      AtomicFile.write(path.resolve(RunFiles.RECIPE), out -> out.write(recipe.getBytes(StandardCharsets.UTF_8)));
      created = true;
      return new RunFolder(path, lock);
    } finally {
      if (!created) {
        lock.close();
      }
    }
  }

  /**
   * Opens the folder of a run that is to be resumed.
   *
   * @throws NoSuchFileException when it is no run folder
   * @throws RunLockedException when a process works in it
   * @throws IOException when it cannot be locked
   */
  public static RunFolder open(Path path) throws IOException {
    if (!Files.isRegularFile(path.resolve(RunFiles.RECIPE))) {
      throw new NoSuchFileException(path.resolve(RunFiles.RECIPE).toString(), null, path
          + " is no run folder; expected one that was written by a training");
    }
    return new RunFolder(path, RunLock.acquire(path));
  }

  private static void requireEmpty(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      if (files.anyMatch(file -> !LOCK_FILES.contains(file.getFileName().toString()))) {
        throw new FileAlreadyExistsException(path + " is not empty: expected a new or empty folder, so that no "
            + "earlier run is overwritten; resume that run or choose another folder");
      }
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /**
   * The text of {@link RunFiles#RECIPE}.
   *
   * @throws IOException when it cannot be read
   */
  public String recipe() throws IOException {
    return Files.readString(path.resolve(RunFiles.RECIPE), StandardCharsets.UTF_8);
  }

  /** The table of the epochs. */
  public SummaryCsv summary() {
    return new SummaryCsv(path.resolve(RunFiles.SUMMARY));
  }

  /**
   * Opens the checkpoints, and clears away what a killed process has left half written.
   *
   * @param kept how many are kept, at least 1
   * @throws IOException when their folder cannot be created or read
   */
  public CheckpointStore checkpoints(int kept) throws IOException {
    return CheckpointStore.open(path.resolve(RunFiles.CHECKPOINTS), kept);
  }

  /**
   * Begins or resumes the training: notes in {@link RunFiles#ENVIRONMENT} who does it, and drops the lines of the table
   * that will be written again.
   *
   * @param from where it goes on
   * @throws IOException when a file is damaged or cannot be written
   */
  public void startSession(Session session, TrainingProgress from) throws IOException {
    summary().truncateTo(from.epoch());
    EnvironmentJson.append(path.resolve(RunFiles.ENVIRONMENT), session, from, Instant.now());
  }

  /**
   * Opens a new event file for TensorBoard, which drops what earlier ones hold of later steps than where the training
   * goes on.
   *
   * @throws IOException when it cannot be written
   */
  public TensorBoardWriter tensorBoard(TrainingProgress from) throws IOException {
    Path folder = path.resolve(RunFiles.TENSORBOARD);
    if (Files.notExists(folder)) {
      return TensorBoardWriter.create(folder);
    }
    return TensorBoardWriter.resume(folder, from.steps() == 0 ? 0 : from.steps() + 1);
  }

  /**
   * Leaves for people what an epoch came to: a line in the table, the weights after it, the best so far
   * (by {@link EpochMetrics#rankedTop1()}, of equal ones the earliest), and the learning curve. A curve that cannot be
   * drawn is logged, and fails nothing.
   *
   * @param metrics  of the epoch
   * @param weights  to publish, under the reference's names: those of the average where the training keeps one, as
   *                 they are what the ranking is by
   * @param metadata for the weights' files, besides their epoch and accuracy
   * @param keptBest of how many epochs the weights are kept in {@link RunFiles#BEST}, at least 1
   * @throws IllegalArgumentException when the table already holds this epoch or a later one
   * @throws IOException when a file cannot be written; the files before are intact
   */
  public void epochEnded(EpochMetrics metrics, StateDict weights, Map<String, String> metadata, int keptBest)
      throws IOException {
    EpochWeights files = new EpochWeights(path, keptBest);
    summary().append(metrics);
    List<EpochMetrics> rows = summary().read();
    files.epochEnded(rows, weights, metadata);
    try {
      LearningCurve.of(String.valueOf(path.toAbsolutePath().normalize().getFileName()))
          .write(path.resolve(RunFiles.CURVE), rows);
    } catch (IOException e) {
      LOG.warn("the learning curve was not drawn", e);
    }
  }

  /**
   * Checks that the data of a split is what the run began with. Runs of before the test data was recorded have none of
   * it to compare with.
   *
   * @param fingerprint of the split's data now
   * @throws IOException when another one stands in {@link RunFiles#ENVIRONMENT}, naming both; or that file is damaged
   */
  public void requireData(Split split, String fingerprint) throws IOException {
    Optional<String> before = EnvironmentJson.lastChecksum(path.resolve(RunFiles.ENVIRONMENT), split);
    if (before.isPresent() && !before.get().equals(fingerprint)) {
      throw new IOException("the " + (split == Split.TRAIN ? "training" : "test") + " data is not what " + path
          + " began with: expected the fingerprint " + before.get() + ", got " + fingerprint
          + "; bring back the data, or start another run (a run of own data sets is resumed with them)");
    }
  }

  /**
   * Keeps the state of a training that diverged, aside from the checkpoints.
   *
   * @return its folder
   * @throws IOException when it cannot be written
   */
  public Path saveDiverged(TrainingState state) throws IOException {
    CheckpointStore store = CheckpointStore.open(path.resolve(RunFiles.DIVERGED), 1);
    store.discardAfter(-1);
    return store.save(state);
  }

  /**
   * Takes back what {@link #create} has written, for a run that failed before it began: the folder can then be used
   * again. Does nothing once a session has begun.
   *
   * @throws IOException when it cannot be deleted
   */
  void takeBack() throws IOException {
    if (Files.exists(path.resolve(RunFiles.ENVIRONMENT))) {
      return;
    }
    Path checkpoints = path.resolve(RunFiles.CHECKPOINTS);
    if (Files.isDirectory(checkpoints)) {
      try (Stream<Path> files = Files.list(checkpoints)) {
        if (files.findAny().isPresent()) {
          return;
        }
      }
      Files.delete(checkpoints);
    }
    Files.deleteIfExists(path.resolve(RunFiles.RECIPE));
  }

  /** Unlocks the folder; a second call does nothing. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
