package io.qkformer.train.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** Damages files at random and has them read: a result or one kind of error. {@code -Dqkformer.fuzz=10000} tries more. */
public final class Fuzzing {
  /** How many damaged files each reader gets. */
  public static final int FILES = Integer.getInteger("qkformer.fuzz", 200);

  private static final Duration LIMIT = Duration.ofSeconds(60 + FILES / 20);
  private static final int[] ABSURD = {-1, 0, 1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30, 0xFFFF, 1 << 16};

  private Fuzzing() { }

  /** Reads a damaged file, and fails with an assertion where the result is wrong. */
  @FunctionalInterface
  public interface Read {
    /** Reads it. */
    void run(Path file) throws IOException;
  }

  /**
   * Damages a file again and again.
   *
   * @param file where the damaged one is put; messages must name it
   * @param whole its contents
   * @param name what random numbers and messages are named after
   * @param error the only one that is allowed
   */
  public static void run(Path file, byte[] whole, String name, Class<? extends DatasetException> error, Read read) {
    assertTimeoutPreemptively(LIMIT, () -> {
      int refused = 0;
      for (int i = 0; i < FILES; i++) {
        Files.write(file, damage(whole, RandomStream.of(1, name, i)));
        try {
          read.run(file);
        } catch (DatasetException e) {
          refused++;
          assertThat(e).as("%s: file %d", name, i).isInstanceOf(error)
              .hasMessageContaining(file.getFileName().toString());
        } catch (IOException | RuntimeException | Error e) {
          throw new AssertionError(name + ": file " + i + " led to " + e, e);
        }
      }
      assertThat(refused).as("%s: files of %d that were refused", name, FILES).isGreaterThan(FILES / 20);
    });
  }

  /** Returns a copy with one to three bits, bytes or words changed, cut out or cut off. */
  public static byte[] damage(byte[] whole, RandomStream random) {
    byte[] bytes = whole.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && bytes.length > 8; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> {
          int value = ABSURD[random.nextInt(ABSURD.length)];
          for (int b = 0; b < 4 && at + b < bytes.length; b++) {
            bytes[at + b] = (byte) (value >>> 8 * b);
          }
        }
        default -> {
          int length = Math.min(random.nextInt(16), bytes.length - at);
          byte[] shorter = Arrays.copyOf(bytes, bytes.length - length);
          System.arraycopy(bytes, at + length, shorter, at, bytes.length - at - length);
          bytes = shorter;
        }
      }
    }
    return bytes;
  }
}
