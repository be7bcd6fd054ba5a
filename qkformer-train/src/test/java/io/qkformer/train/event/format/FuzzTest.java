package io.qkformer.train.event.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Clip;
import io.qkformer.train.event.EventFileException;
import io.qkformer.train.event.EventLists;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.Fuzzing;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files with random damage: a reader gives a result or one kind of error. {@code -Dqkformer.fuzz=10000} tries more. */
class FuzzTest {

  private static final Events EVENTS = EventLists.random(60, SensorSize.N_MNIST, 50, 5);
  private static final Clip CLIP = Clip.wrap(2, 3, 4, 2, new float[48]);

  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("damaged");
  }

  private void fuzz(byte[] whole, String name, Fuzzing.Read read) {
    Fuzzing.run(file, whole, name, EventFileException.class, read);
  }

  private void fuzzEvents(byte[] whole, String name, EventFormat format) {
    for (Reading reading : Reading.values()) {
      fuzz(whole, name + " " + reading, path -> {
        Events events = new EventFile(path, format, reading, SensorSize.DVS128).readAll();
        assertThat(events.size()).isLessThanOrEqualTo(whole.length / 5);
      });
    }
  }

  @ParameterizedTest
  @EnumSource(value = EventFormat.class, names = {"AEDAT_3_1", "AEDAT_2_0", "N_MNIST"})
  void eventsAreReadOrRefused(EventFormat format) throws IOException {
    new EventFile(file, format, Reading.FORMAT).write(EVENTS);
    fuzzEvents(Files.readAllBytes(file), format.toString(), format);
  }

  /** What our writer never writes, but cameras do. */
  @ParameterizedTest
  @EnumSource(value = EventFormat.class, names = {"AEDAT_3_1", "AEDAT_2_0", "N_MNIST"})
  void whatElseTheFormatsHaveIsReadOrRefused(EventFormat format) throws IOException {
    byte[] whole = switch (format) {
      case AEDAT_3_1 -> packetsOfAllKinds();
      case AEDAT_2_0 -> externalEvents();
      default -> overflows();
    };
    Files.write(file, whole);
    assertThat(new EventFile(file, format, Reading.FORMAT, SensorSize.DVS128).readAll().size()).isEqualTo(6);
    fuzzEvents(whole, format + " with all that it has", format);
  }

  /** Six valid events among special, IMU and empty packets, invalid events, slots that are not in use, and overflows. */
  private static byte[] packetsOfAllKinds() {
    ByteBuffer bytes = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(("#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#Start-Time: 2026-01-01 00:00:00 (TZ+0000)\r\n"
        + "#!END-HEADER\r\n").getBytes(StandardCharsets.US_ASCII));
    packet(bytes, 0, 8, 0, 2, 1, 1).putInt(1 << 1 | 1).putInt(5).putLong(0);
    packet(bytes, 1, 8, 0, 6, 4, 3).putLong(polarity(9, 8, 10)).putLong(polarity(1, 2, 11) & ~1L)
        .putLong(polarity(127, 127, 12)).putLong(polarity(0, 0, 13)).putLong(0).putLong(0);
    packet(bytes, 3, 36, 1, 2, 2, 2).put(new byte[72]);
    packet(bytes, 1, 8, 1, 0, 0, 0);
    packet(bytes, 1, 8, 1, 3, 3, 3).putLong(polarity(5, 6, 0)).putLong(polarity(7, 8, 1)).putLong(polarity(5, 5, 9));
    packet(bytes, 1, 8, 2, 2, 2, 0).putLong(0).putLong(0);
    byte[] whole = new byte[bytes.position()];
    bytes.get(0, whole);
    return whole;
  }

  private static ByteBuffer packet(ByteBuffer bytes, int type, int eventSize, int overflow, int capacity, int number,
      int valid) {
    return bytes.putShort((short) type).putShort((short) 1).putInt(eventSize).putInt(4).putInt(overflow)
        .putInt(capacity).putInt(number).putInt(valid);
  }

  private static long polarity(int x, int y, int t) {
    return (long) t << Integer.SIZE | x << Aedat31.X_SHIFT | y << Aedat31.Y_SHIFT | 3;
  }

  private static byte[] externalEvents() {
    ByteBuffer bytes = ByteBuffer.allocate(1000);
    bytes.put("#!AER-DAT2.0\r\n# camera\r\n".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 9; i++) {
      bytes.putInt(i << 8 | 2 * i | i & 1 | (i % 3 == 0 ? Aedat20.EXTERNAL : 0)).putInt(-100 + i);
    }
    byte[] whole = new byte[bytes.position()];
    bytes.get(0, whole);
    return whole;
  }

  private byte[] overflows() throws IOException {
    new EventFile(file, EventFormat.N_MNIST, Reading.FORMAT).write(EventLists.of(new long[] {5, 1, 1, 0},
        new long[] {8_400_000, 2, 2, 1}, new long[] {8_400_001, 3, 3, 0}, new long[] {8_399_000, 3, 3, 0},
        new long[] {8_450_000, 4, 4, 1}, new long[] {8_450_000, 33, 33, 1}));
    return Files.readAllBytes(file);
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
  void archivesOfClipsAreReadRightOrRefused() throws IOException {
    float[] values = new float[48];
    values[5] = 300;
    List<Clip> clips = List.of(CLIP, CLIP.withValues(values));
    List<String> entries = List.of("0 train/a/1.npz", "1 train/b/2.npz");
    ClipArchive.write(file, entries, clips::get);
    fuzz(Files.readAllBytes(file), "clips", path -> {
      try (ClipArchive archive = ClipArchive.open(path)) {
        assertThat(archive.entries()).isEqualTo(entries);
        for (int i = 0; i < clips.size(); i++) {
          archive.checksum(i);
          assertThat(archive.read(i)).isEqualTo(clips.get(i));
        }
      }
    });
  }

  @Test
  void formatsAreToldOrRefused() throws IOException {
    Path aedat = folder.resolve("damaged.aedat");
    for (int i = 0; i < Fuzzing.FILES; i++) {
      Files.write(aedat, Fuzzing.damage("#!AER-DAT3.1\r\n".getBytes(StandardCharsets.US_ASCII),
          RandomStream.of(2, "version", i)));
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
