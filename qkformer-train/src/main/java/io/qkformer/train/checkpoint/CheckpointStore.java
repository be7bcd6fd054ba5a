package io.qkformer.train.checkpoint;

import io.qkformer.train.checkpoint.Names.Aside;
import io.qkformer.train.checkpoint.Names.Leftover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the checkpoints of one training into a folder, each whole or not at all, and keeps the newest ones. Whenever
 * the process dies, the folder holds the checkpoint before or the new one, complete. At most one process may have a
 * store on a folder; {@code RunFolder} sees to that. Not thread-safe.
 */
public final class CheckpointStore {

  /** How many checkpoints are kept by default: one may be damaged by the disk. */
  public static final int DEFAULT_KEPT = 2;

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

  private final Path folder;
  private final int kept;
  private final Disk disk;
  private final CheckpointReader reader;
  /** What {@link #newest} went back from: the next save takes their place. */
  private final Set<Path> damaged = new HashSet<>();

  private CheckpointStore(Path folder, int kept, Disk disk) {
    if (kept < 1) {
      throw new IllegalArgumentException("kept must be at least 1, got " + kept);
    }
    this.folder = Objects.requireNonNull(folder, "folder");
    this.kept = kept;
    this.disk = disk;
    this.reader = new CheckpointReader(folder);
  }

  /** Opens a folder as {@link #open(Path, int)} does and keeps {@value #DEFAULT_KEPT} checkpoints. */
  public static CheckpointStore open(Path folder) throws IOException {
    return open(folder, DEFAULT_KEPT);
  }

  /**
   * Opens a folder, creates it if need be, and clears away what a killed writer has left half done.
   *
   * @param folder in an existing one
   * @param kept   how many checkpoints are kept, at least 1
   * @throws IOException when the folder cannot be created or read
   */
  public static CheckpointStore open(Path folder, int kept) throws IOException {
    return open(folder, kept, Disk.real());
  }

  static CheckpointStore open(Path folder, int kept, Disk disk) throws IOException {
    CheckpointStore store = new CheckpointStore(folder, kept, disk);
    if (!Files.isDirectory(folder)) {
      disk.createFolder(folder);
      disk.force(folder.toAbsolutePath().getParent());
    }
    for (Path entry : Names.content(folder)) {
      Optional<Leftover> leftover = Names.leftover(entry);
      if (leftover.isPresent()) {
        store.clear(leftover.get());
      }
    }
    return store;
  }

  private void clear(Leftover leftover) throws IOException {
    Path checkpoint = folder.resolve(leftover.checkpoint());
    if (leftover.aside() == Aside.REPLACED && Files.notExists(checkpoint, LinkOption.NOFOLLOW_LINKS)) {
      // killed between the two renames: the new one is not in place yet
      disk.rename(leftover.folder(), checkpoint);
      disk.force(folder);
    } else {
      remove(leftover.folder());
    }
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** Returns the checkpoints' folders, newest first, as {@link CheckpointReader#list()} does. */
  public List<Path> list() throws IOException {
    return reader.list();
  }

  /**
   * Returns the newest intact checkpoint, as {@link CheckpointReader#newest()} does. Those that were found to be
   * damaged are deleted by the next {@link #save}.
   */
  public TrainingState newest() throws IOException {
    return reader.newest(damaged::add);
  }

  /**
   * Writes a checkpoint under the step of its progress, in place of one of the same step, and deletes those that are
   * too many then.
   *
   * @return its folder
   * @throws IllegalArgumentException when there is a later one already: go on from it, or {@link #discardAfter}
   * @throws IOException when it cannot be written; those before are as they were
   */
  public Path save(TrainingState state) throws IOException {
    long step = state.progress().steps();
    Path target = folder.resolve(Names.checkpoint(step));
    for (Path newer : newerThan(step)) {
      if (!damaged.contains(newer)) {
        throw new IllegalArgumentException("a checkpoint of step " + step + " must not lie behind "
            + newer + "; go on from that one or discard it first (discardAfter)");
      }
    }
    Path aside = Names.aside(target, Aside.TMP);
    boolean placed = false;
    try {
      disk.createFolder(aside);
      CheckpointFiles.write(state, aside, disk);
      place(aside, target);
      placed = true;
    } catch (IOException e) {
      throw new IOException("cannot save checkpoint " + target + ": " + e.getMessage()
          + "; the checkpoints before are as they were", e);
    } finally {
      if (!placed) {
        tryToRemove(aside);
      }
    }
    prune(step);
    return target;
  }

  private void place(Path aside, Path target) throws IOException {
    if (Files.notExists(target, LinkOption.NOFOLLOW_LINKS)) {
      disk.rename(aside, target);
      disk.force(folder);
      return;
    }
    Path replaced = Names.aside(target, Aside.REPLACED);
    disk.rename(target, replaced);
    try {
      disk.rename(aside, target);
    } catch (IOException e) {
      disk.rename(replaced, target);
      throw e;
    }
    disk.force(folder);
    damaged.remove(target);
    tryToRemove(replaced);
  }

  private void prune(long step) throws IOException {
    newerThan(step).stream().filter(damaged::contains).forEach(this::retire);
    reader.list().stream().filter(checkpoint -> Names.step(checkpoint).getAsLong() <= step).skip(kept)
        .forEach(this::retire);
  }

  /**
   * Deletes the checkpoints of later steps than this, for a training that goes back.
   *
   * @throws IOException when the folder cannot be read
   */
  public void discardAfter(long step) throws IOException {
    newerThan(step).forEach(this::retire);
  }

  private List<Path> newerThan(long step) throws IOException {
    return reader.list().stream().filter(checkpoint -> Names.step(checkpoint).getAsLong() > step).toList();
  }

  /** Takes a checkpoint's name away before its files: it is never seen with a part of them. */
  private void retire(Path checkpoint) {
    try {
      Optional<Path> foreign = Names.foreign(checkpoint);
      if (foreign.isPresent()) {
        LOG.warn("left {} in place: {} was not written by this library", checkpoint, foreign.get());
        return;
      }
      Path gone = Names.aside(checkpoint, Aside.DELETED);
      disk.rename(checkpoint, gone);
      disk.force(folder);
      remove(gone);
      damaged.remove(checkpoint);
    } catch (IOException e) {
      LOG.warn("could not delete the old checkpoint {}", checkpoint, e);
    }
  }

  private void tryToRemove(Path aside) {
    try {
      if (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
        remove(aside);
      }
    } catch (IOException e) {
      LOG.warn("could not delete {}", aside, e);
    }
  }

  private void remove(Path aside) throws IOException {
    Optional<Path> foreign = Names.foreign(aside);
    if (foreign.isPresent()) {
      LOG.warn("left {} in place: {} was not written by this library", aside, foreign.get());
      return;
    }
    for (Path file : Names.content(aside)) {
      disk.delete(file);
    }
    disk.delete(aside);
  }
}
