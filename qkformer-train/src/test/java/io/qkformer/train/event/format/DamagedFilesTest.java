package io.qkformer.train.event.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.event.EventFileException;
import io.qkformer.train.event.EventLists;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedFilesTest {

  private static final byte[] HEADER = "#!AER-DAT3.1\r\n#!END-HEADER\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final Events TWO = EventLists.of(new long[] {10, 3, 4, 1}, new long[] {20, 100, 5, 0});

  @TempDir
  private Path folder;

  private EventFile packet(int type, int eventSize, int tsOverflow, int capacity, int number, int valid, int... words)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER.length + 28 + words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(HEADER).putShort((short) type).putShort((short) 1).putInt(eventSize).putInt(4).putInt(tsOverflow)
        .putInt(capacity).putInt(number).putInt(valid);
    for (int word : words) {
      bytes.putInt(word);
    }
    Path path = folder.resolve("a.aedat");
    Files.write(path, bytes.array());
    return new EventFile(path, EventFormat.AEDAT_3_1, Reading.FORMAT);
  }

  private static void refused(EventFile file, String... parts) {
    assertThatThrownBy(file::readAll).isInstanceOf(EventFileException.class)
        .hasMessageContainingAll(parts).hasMessageContaining(file.path().toString());
  }

  @Test
  void packetHeadersAreChecked() throws IOException {
    refused(packet(1, 8, 0, -1, 0, 0), "byte 28", "capacity is -1", "at least 0");
    refused(packet(1, 8, 0, 1, 2, 0, 0, 0), "number is 2", "capacity 1");
    refused(packet(1, 8, 0, 1, 1, 2, 0, 0), "valid is 2", "number 1");
    refused(packet(1, 16, 0, 1, 1, 1, 0, 0), "eventSize is 16", "8 for polarity");
    refused(packet(3, 0, 0, 1, 1, 1), "eventSize is 0", "at least 1");
    refused(packet(3, -8, 0, 0, 0, 0), "eventSize is -8");
    refused(packet(1, 8, -1, 1, 1, 1, 1, 0), "tsOverflow is -1");
    refused(packet(1, 8, 0, Integer.MAX_VALUE, 1, 1, 1, 0), "2147483647 events", "after 8");
    refused(packet(3, Integer.MAX_VALUE, 0, Integer.MAX_VALUE, 1, 1), "end of the file");
    refused(packet(1, 8, 0, 1, 1, 1, 1, -5), "byte 60", "time is -5");
  }

  @Test
  void unusedSlotsAndOtherPacketsAreSkipped() throws IOException {
    assertThat(packet(1, 8, 1, 3, 2, 1, 3 << 17 | 4 << 2 | 3, 10, 8, 11, 1, 12).readAll())
        .isEqualTo(EventLists.of(new long[] {(1L << 31) + 10, 3, 4, 1}));
    assertThat(packet(2, 4, 0, 2, 2, 2, 7, 7).readAll()).isEqualTo(Events.NONE);
  }

  @Test
  void eventsBeyondTheSensorAreRefusedWithTheirPlace() throws IOException {
    for (EventFormat format : EventFormat.values()) {
      EventFile file = new EventFile(folder.resolve("a" + format.suffix()), format, Reading.FORMAT,
          SensorSize.N_MNIST);
      file.write(TWO);
      refused(file, "x=100, y=5", "34x34", "byte ");
    }
  }

  @Test
  void headersWithoutAnEndAreRefused() throws IOException {
    Path path = folder.resolve("a.aedat");
    for (String header : new String[] {"", "#!AER-DAT3.1", "#!AER-DAT3.1\r\n", "#!AER-DAT3.1\r\nabc\r\n",
        "#!AER-DAT2.0\r\n#!END-HEADER\r\n", "#!AER-DAT3.1\r\n#" + "x".repeat(1 << 20) + "\r\n#!END-HEADER\r\n"}) {
      Files.writeString(path, header);
      refused(new EventFile(path, EventFormat.AEDAT_3_1, Reading.FORMAT), "expected");
    }
    Files.writeString(path, "#!AER-DAT3.1\r\n");
    refused(new EventFile(path, EventFormat.AEDAT_2_0, Reading.FORMAT), "#!AER-DAT2.0", "#!AER-DAT3.1");
  }

  @Test
  void compressedFilesAreRefusedByTheFormatsRules() throws IOException {
    Path path = folder.resolve("a.aedat");
    EventFile file = new EventFile(path, EventFormat.AEDAT_3_1, Reading.FORMAT);
    for (String format : new String[] {"SerializedTS", "RAW,PNGFrames", ""}) {
      Files.writeString(path, "#!AER-DAT3.1\r\n#Format: " + format + "\r\n#!END-HEADER\r\n");
      refused(file, "byte 14", "expected #Format: RAW", ("#Format: " + format).strip(), "uncompressed");
      assertThat(new EventFile(path, EventFormat.AEDAT_3_1, Reading.SPIKINGJELLY).readAll()).isEqualTo(Events.NONE);
    }
    Files.writeString(path, "#!AER-DAT3.1\n#Format:RAW\n#!END-HEADER\n");
    assertThat(file.readAll()).isEqualTo(Events.NONE);
  }

  @Test
  void whatIsWrittenHasTheHeaderThatTheFormatAsksFor() throws IOException {
    EventFile file = new EventFile(folder.resolve("a.aedat"), EventFormat.AEDAT_3_1, Reading.FORMAT);
    file.write(TWO);
    assertThat(new String(Files.readAllBytes(file.path()), StandardCharsets.ISO_8859_1)).startsWith(
        "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#Start-Time: 1970-01-01 00:00:00 (TZ+0000)\r\n"
        + "#!END-HEADER\r\n");
  }

  @Test
  void formatsAreToldByNameAndFirstLine() throws IOException {
    Path path = folder.resolve("A.AEDAT");
    Files.writeString(path, "#!AER-DAT1.0\r\n");
    assertThatThrownBy(() -> EventFormat.of(path)).isInstanceOf(EventFileException.class)
        .hasMessageContainingAll("#!AER-DAT1.0", "#!AER-DAT3.1", "A.AEDAT");
    assertThatThrownBy(() -> EventFormat.of(folder.resolve("a.txt"))).hasMessageContaining(".npz");
    assertThat(EventFormat.of(folder.resolve("absent.NPZ"))).isEqualTo(EventFormat.NPZ);
  }

  @Test
  void absentFilesAreNoDamagedOnes() {
    for (EventFormat format : EventFormat.values()) {
      EventFile file = new EventFile(folder.resolve("absent"), format, Reading.FORMAT);
      assertThatThrownBy(file::readAll).isInstanceOf(NoSuchFileException.class).hasMessageContaining("absent");
    }
  }

  @Test
  void timesBeyond31BitsAreReadUnsignedAsSpikingJellyDoes() throws IOException {
    EventFile file = packet(1, 8, 2, 1, 1, 1, 1, Integer.MIN_VALUE + 5);
    assertThat(new EventFile(file.path(), EventFormat.AEDAT_3_1, Reading.SPIKINGJELLY).readAll().t(0))
        .isEqualTo((2L << 31 | 1L << 31) + 5);
  }
}
