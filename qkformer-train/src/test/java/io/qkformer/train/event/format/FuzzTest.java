package io.qkformer.train.event.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Clip;
import io.qkformer.train.event.EventFileException;
import io.qkformer.train.event.EventLists;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files with random damage: a reader gives a result or one kind of error. {@code -Dqkformer.fuzz=10000} tries more. */
class FuzzTest {

  private static final int FILES = Integer.getInteger("qkformer.fuzz", 200);
  private static final Duration LIMIT = Duration.ofSeconds(60 + FILES / 20);
  private static final int[] ABSURD = {-1, 0, 1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30, 0xFFFF, 1 << 16};
  private static final Events EVENTS = EventLists.random(60, SensorSize.N_MNIST, 50, 5);
  private static final Clip CLIP = Clip.wrap(2, 3, 4, 2, new float[48]);

  @TempDir
  private Path folder;
  private Path file;

  /** Reads a damaged file. */
  @FunctionalInterface
  private interface Read {
    void run(Path file) throws IOException;
  }

  @BeforeEach
  void nameFile() {
    file = folder.resolve("damaged");
  }

  private void fuzz(byte[] whole, String name, Read read) {
    assertTimeoutPreemptively(LIMIT, () -> {
      int refused = 0;
      for (int i = 0; i < FILES; i++) {
        Files.write(file, damage(whole, RandomStream.of(1, name, i)));
        try {
          read.run(file);
        } catch (EventFileException e) {
          refused++;
          assertThat(e).as("file %d", i).hasMessageContaining("damaged");
        } catch (IOException | RuntimeException | Error e) {
          throw new AssertionError(name + ": file " + i + " led to " + e, e);
        }
      }
      assertThat(refused).as("files of %d that were refused", FILES).isGreaterThan(FILES / 20);
    });
  }

  private static byte[] damage(byte[] whole, RandomStream random) {
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

  @ParameterizedTest
  @EnumSource(value = EventFormat.class, names = {"AEDAT_3_1", "AEDAT_2_0", "N_MNIST"})
  void eventsAreReadOrRefused(EventFormat format) throws IOException {
    new EventFile(file, format, Reading.FORMAT).write(EVENTS);
    byte[] whole = Files.readAllBytes(file);
    for (Reading reading : Reading.values()) {
      fuzz(whole, format + " " + reading, path -> {
        Events events = new EventFile(path, format, reading, SensorSize.DVS128).readAll();
        assertThat(events.size()).isLessThanOrEqualTo(whole.length / 5);
      });
    }
  }

  @ParameterizedTest
  @EnumSource(NpzCompression.class)
  void archivesOfEventsAreReadRightOrRefused(NpzCompression compression) throws IOException {
    NpzEvents.write(file, EVENTS, NpzEvents.Types.CIFAR10_DVS, compression);
    fuzz(Files.readAllBytes(file), "npz " + compression, path ->
        assertThat(new EventFile(path, EventFormat.NPZ, Reading.FORMAT).readAll()).isEqualTo(EVENTS));
  }

  @ParameterizedTest
  @EnumSource(NpzCompression.class)
  void archivesOfFramesAreReadRightOrRefused(NpzCompression compression) throws IOException {
    NpzFrames.write(file, CLIP, NpyType.FLOAT32, compression);
    fuzz(Files.readAllBytes(file), "frames " + compression,
        path -> assertThat(NpzFrames.read(path)).isEqualTo(CLIP));
  }

  @Test
  void formatsAreToldOrRefused() throws IOException {
    Path aedat = folder.resolve("damaged.aedat");
    for (int i = 0; i < FILES; i++) {
      Files.write(aedat, damage("#!AER-DAT3.1\r\n".getBytes(), RandomStream.of(2, "version", i)));
      assertThatCode(() -> {
        try {
          EventFormat.of(aedat);
        } catch (EventFileException e) {
          assertThat(e).hasMessageContaining("damaged.aedat");
        }
      }).doesNotThrowAnyException();
    }
  }
}
