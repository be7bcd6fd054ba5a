package io.qkformer.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.checkpoint.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process dies, or the disk fails, at each single change that a save makes. */
class KilledWriterTest {

  /** Creates a folder, writes six files and renames the folder. */
  private static final int WRITING_CHANGES = 8;

  @TempDir
  private Path run;

  /** The process is dead: nothing of it runs any more. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Leaves to the system when the bytes reach the disk: forcing a thousand files takes long. */
  private static final class LazyDisk implements Disk {

    @Override
    public void write(Path file, AtomicFile.Content content) throws IOException {
      try (OutputStream out = Files.newOutputStream(file)) {
        content.writeTo(out);
      }
    }

    @Override
    public void force(Path folder) {
      // not waited for
    }
  }

  /** Lets some changes pass. */
  private abstract static class LimitedDisk implements Disk {

    private final Disk disk = new LazyDisk();
    private int left;

    LimitedDisk(int changes) {
      left = changes;
    }

    @FunctionalInterface
    interface Change {
      void make() throws IOException;
    }

    private void make(Change change, Change instead) throws IOException {
      if (fails()) {
        instead.make();
        fail();
      }
      change.make();
    }

    boolean fails() {
      return left-- <= 0;
    }

    abstract void fail() throws IOException;

    @Override
    public void createFolder(Path folder) throws IOException {
      make(() -> disk.createFolder(folder), () -> { });
    }

    @Override
    public void write(Path file, AtomicFile.Content content) throws IOException {
      make(() -> disk.write(file, content), () -> halfWritten(file, content));
    }

    /** As AtomicFile leaves it when it is killed. */
    void halfWritten(Path file, AtomicFile.Content content) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      content.writeTo(bytes);
      Files.write(file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp"),
          Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      make(() -> disk.rename(from, to), () -> { });
    }

    @Override
    public void delete(Path path) throws IOException {
      make(() -> disk.delete(path), () -> { });
    }

    @Override
    public void force(Path folder) {
      try {
        make(() -> disk.force(folder), () -> { });
      } catch (IOException e) {
        throw new UncheckedIOException("a folder that cannot be forced is no failure", e);
      }
    }
  }

  /** The process is killed after some changes. */
  private static final class KillingDisk extends LimitedDisk {

    KillingDisk(int changes) {
      super(changes);
    }

    @Override
    void fail() {
      throw new Killed();
    }
  }

  /** A disk that is full for one write, and takes the content in part. */
  private static final class FailsOnce extends LimitedDisk {

    private boolean failed;

    FailsOnce(int changes) {
      super(changes);
    }

    @Override
    boolean fails() {
      return !failed && super.fails();
    }

    @Override
    void fail() throws IOException {
      failed = true;
      throw new IOException("No space left on device");
    }
  }

  private int saveUntilItSucceeds(int[] before, int step) throws IOException {
    for (int changes = 0;; changes++) {
      Path folder = run.resolve("checkpoints" + step + "-" + changes);
      CheckpointStore first = CheckpointStore.open(folder, 2, new LazyDisk());
      for (int old : before) {
        first.save(TinyTraining.at(old).state());
      }
      boolean killed = false;
      try {
        CheckpointStore.open(folder, 2, new KillingDisk(changes)).save(TinyTraining.at(step).state());
      } catch (Killed e) {
        killed = true;
      }
      CheckpointStore after = CheckpointStore.open(folder, 2, new LazyDisk());
      TinyTraining restored = new TinyTraining(1);
      restored.restore(after.newest());
      int last = before[before.length - 1];
      long reached = after.newest().progress().steps();
      assertThat(reached).as("killed after %d changes", changes).isIn((long) last, (long) step);
      assertThat(restored.bits()).isEqualTo(TinyTraining.at(reached).bits());
      for (Path checkpoint : after.list()) {
        assertThat(CheckpointReader.read(checkpoint)).isNotNull();
      }
      assertThat(after.list()).hasSizeGreaterThanOrEqualTo(Math.min(2, before.length));
      assertThat(Names.content(folder)).as("leftovers were cleared")
          .allMatch(path -> Names.step(path).isPresent()).hasSizeLessThanOrEqualTo(before.length + 1);
      if (!killed) {
        assertThat(reached).isEqualTo(step);
        return changes;
      }
    }
  }

  @Test
  void killedAnywhereInASaveTheOldOrTheNewIsThere() throws IOException {
    assertThat(saveUntilItSucceeds(new int[] {1, 2}, 3)).as("changes that a save makes").isBetween(15, 30);
  }

  @Test
  void killedAnywhereInAReplacementTheOldOrTheNewIsThere() throws IOException {
    assertThat(saveUntilItSucceeds(new int[] {1, 2}, 2)).isBetween(15, 30);
    assertThat(saveUntilItSucceeds(new int[] {4}, 4)).as("the only one").isBetween(15, 30);
  }

  @Test
  void failureAnywhereInTheWritingLeavesTheOldStateAndNothingElse() throws IOException {
    Path folder = run.resolve("checkpoints");
    CheckpointStore.open(folder).save(TinyTraining.at(1).state());
    for (int changes = 0; changes < WRITING_CHANGES; changes++) {
      CheckpointStore failing = CheckpointStore.open(folder, 2, new FailsOnce(changes));
      assertThatThrownBy(() -> failing.save(TinyTraining.at(2).state())).isInstanceOf(IOException.class)
          .hasMessageContaining("cannot save checkpoint").hasMessageContaining("step-0000000002")
          .hasMessageContaining("No space left on device").hasMessageContaining("as they were");
      assertThat(Names.content(folder)).containsExactly(folder.resolve("step-0000000001"));
    }
    assertThat(CheckpointStore.open(folder).newest().progress().steps()).isEqualTo(1);
  }
}
