package io.qkformer.train.event.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file that is read ahead holds what the file holds. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PrefetchedFileTest {
  private static final int MEGABYTE = 1 << 20;

  @TempDir
  private Path folder;

  private byte[] written(int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    Files.write(folder.resolve("file"), bytes);
    return bytes;
  }

  private PrefetchedFile opened() throws IOException {
    return PrefetchedFile.open(folder.resolve("file"));
  }

  @Test
  void allBytesComeInOrderWhateverTheLengths() throws IOException {
    for (int length : new int[] {0, 1, 4095, MEGABYTE, MEGABYTE + 1, 9 * MEGABYTE + 12_345}) {
      byte[] expected = written(length);
      ByteBuffer read = ByteBuffer.allocate(length + 1);
      try (PrefetchedFile file = opened()) {
        assertThat(file.size()).isEqualTo(length);
        Random random = new Random(1);
        int count = 0;
        while (count >= 0) {
          read.limit(Math.min(read.capacity(), read.position() + 1 + random.nextInt(300_000)));
          count = file.read(read);
        }
        assertThat(file.position()).isEqualTo(length);
      }
      assertThat(Arrays.copyOf(read.array(), read.position())).isEqualTo(expected);
    }
  }

  private static byte[] all(PrefetchedFile file) throws IOException {
    ByteBuffer read = ByteBuffer.allocate((int) file.size() + 1);
    while (file.read(read) >= 0) {
      // up to the end
    }
    return Arrays.copyOf(read.array(), read.position());
  }

  @Test
  void readsThatGiveLessThanAskedForAreNotTheEnd() throws IOException {
    byte[] expected = written(3 * MEGABYTE + 4321);
    Path path = folder.resolve("file");
    try (PrefetchedFile file = PrefetchedFile.open(path, new ShortReads(path, 300_001), 1)) {
      assertThat(all(file)).isEqualTo(expected);
    }
    try (PrefetchedFile file = PrefetchedFile.open(path, new ShortReads(path, 4096 * 40), 4096)) {
      assertThat(all(file)).isEqualTo(expected);
    }
  }

  @Test
  void fileSystemsThatDoNotTellTheirBlockSizeAreReadThroughTheCache() throws IOException {
    byte[] expected = new byte[2 * MEGABYTE + 5];
    new Random(3).nextBytes(expected);
    try (FileSystem zip = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
      Path inside = Files.write(zip.getPath("file"), expected);
      assertThatThrownBy(() -> Files.getFileStore(inside).getBlockSize()).isInstanceOf(UnsupportedOperationException.class);
      try (PrefetchedFile file = PrefetchedFile.open(inside)) {
        assertThat(all(file)).isEqualTo(expected);
      }
    }
  }

  @Test
  void itGoesForwardsOnly() throws IOException {
    byte[] expected = written(6 * MEGABYTE + 17);
    ByteBuffer read = ByteBuffer.allocate(100);
    try (PrefetchedFile file = opened()) {
      for (int at : new int[] {5, 1000, MEGABYTE - 50, 5 * MEGABYTE - 3, 6 * MEGABYTE}) {
        file.position(at);
        read.clear().limit(20);
        while (read.hasRemaining() && file.read(read) >= 0) {
          // until it is full, or the file ends
        }
        int there = Math.min(20, expected.length - at);
        assertThat(Arrays.copyOf(read.array(), there)).isEqualTo(Arrays.copyOfRange(expected, at, at + there));
      }
      assertThatIllegalArgumentException().isThrownBy(() -> file.position(7)).withMessageContaining("got 7");
    }
  }

  @Test
  void aByteInputReadsItAsItReadsTheFile() throws IOException {
    written(3 * MEGABYTE + 5);
    Path path = folder.resolve("file");
    try (ByteInput plain = ByteInput.of(path, FileChannel.open(path), ByteOrder.LITTLE_ENDIAN);
        ByteInput ahead = ByteInput.of(path, PrefetchedFile.open(path), ByteOrder.LITTLE_ENDIAN)) {
      Random random = new Random(2);
      while (plain.remaining() >= Long.BYTES) {
        assertThat(ahead.position()).isEqualTo(plain.position());
        assertThat(ahead.next(Long.BYTES).getLong()).isEqualTo(plain.next(Long.BYTES).getLong());
        long skipped = Math.min(plain.remaining(), random.nextInt(20_000));
        plain.skip(skipped);
        ahead.skip(skipped);
      }
      assertThat(ahead.remaining()).isEqualTo(plain.remaining());
    }
  }

  @Test
  void aFileThatIsCutOffMeanwhileIsAnError() throws IOException {
    written(40 * MEGABYTE);
    Path path = folder.resolve("file");
    try (ByteInput in = ByteInput.of(path, PrefetchedFile.open(path), ByteOrder.LITTLE_ENDIAN)) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(20 * MEGABYTE + 100);
      }
      in.skip(39 * MEGABYTE);
      assertThatIOException().isThrownBy(() -> in.next(Long.BYTES)).withMessageContaining("as when the file was opened");
    }
  }

  @Test
  void closingEndsItsThread() throws IOException, InterruptedException {
    written(40 * MEGABYTE);
    PrefetchedFile file = opened();
    file.close();
    assertThat(file.isOpen()).isFalse();
    assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
    while (Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().startsWith("qkformer-disk"))) {
      Thread.sleep(1);
    }
  }
}
