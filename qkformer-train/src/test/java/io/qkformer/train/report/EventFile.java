package io.qkformer.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A reader of event files that shares nothing with the writer; checks every CRC. */
final class EventFile {

  /** What is read of an event; of the last three fields those that it has, the others null. */
  record Event(double wallTime, long step, String version, Long sessionStatus, String tag, float value) {
  }

  private EventFile() {
  }

  static List<Event> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = take(in, 8);
      assertThat(in.getInt()).as("CRC of the length").isEqualTo(mask(crc(length)));
      byte[] data = take(in, (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
      assertThat(in.getInt()).as("CRC of the data").isEqualTo(mask(crc(data)));
      events.add(event(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return events;
  }

  private static byte[] take(ByteBuffer in, int bytes) {
    byte[] taken = new byte[bytes];
    in.get(taken);
    return taken;
  }

  /** Castagnoli's polynomial, bit by bit. */
  static int crc(byte[] data) {
    int crc = -1;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
      }
    }
    return ~crc;
  }

  private static int mask(int crc) {
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  private static Event event(ByteBuffer in) {
    double wallTime = Double.NaN;
    long step = 0;
    String version = null;
    Long status = null;
    String tag = null;
    float value = Float.NaN;
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      switch (key) {
        case 0x09 -> wallTime = in.getDouble();
        case 0x10 -> step = varint(in);
        case 0x1a -> version = text(in);
        case 0x3a -> {
          ByteBuffer log = message(in);
          assertThat(varint(log)).isEqualTo(0x08);
          status = varint(log);
          assertThat(log.hasRemaining()).isFalse();
        }
        case 0x2a -> {
          ByteBuffer summary = message(in);
          assertThat(varint(summary)).isEqualTo(0x0a);
          ByteBuffer entry = message(summary);
          assertThat(summary.hasRemaining()).isFalse();
          assertThat(varint(entry)).isEqualTo(0x0a);
          tag = text(entry);
          assertThat(varint(entry)).isEqualTo(0x15);
          value = entry.getFloat();
          assertThat(entry.hasRemaining()).isFalse();
        }
        default -> throw new AssertionError("unknown key " + key);
      }
    }
    return new Event(wallTime, step, version, status, tag, value);
  }

  private static ByteBuffer message(ByteBuffer in) {
    return ByteBuffer.wrap(take(in, (int) varint(in))).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(ByteBuffer in) {
    return StandardCharsets.UTF_8.decode(message(in)).toString();
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0;; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}
