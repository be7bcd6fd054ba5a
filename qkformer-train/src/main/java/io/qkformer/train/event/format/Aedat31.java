package io.qkformer.train.event.format;

import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.Events;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The layout of AEDAT 3.1 and its writer. Lines of text, then packets of a header of 28 bytes and {@code capacity}
 * slots; all numbers little-endian and signed. Source: iniVation, "AEDAT 3.1" file format.
 */
final class Aedat31 {
  static final int HEADER_BYTES = 28;
  static final int EVENT_BYTES = 8;
  static final int POLARITY = 1;
  static final int VALID = 1;
  static final int POLARITY_SHIFT = 1;
  static final int Y_SHIFT = 2;
  static final int X_SHIFT = 17;
  static final int COORDINATE_MASK = 0x7FFF;
  static final int OVERFLOW_SHIFT = 31;

  /** The format asks for one, and events do not tell it; the clock would give equal events unequal files. */
  private static final String START = "#Start-Time: 1970-01-01 00:00:00 (TZ+0000)";
  private static final int TIME_OFFSET = 4;
  private static final int PACKET_EVENTS = 4096;
  private static final long LATEST = Long.MAX_VALUE >>> 1;

  private Aedat31() { }

  /** Writes polarity packets of at most 4096 valid events. */
  static void write(OutputStream out, EventSource source) throws IOException {
    String header = AedatHeader.VERSION_3_1 + AedatHeader.LINE_END + AedatHeader.FORMAT + " "
        + AedatHeader.RAW + AedatHeader.LINE_END + "#Source 1: DVS128" + AedatHeader.LINE_END + START
        + AedatHeader.LINE_END + AedatHeader.END + AedatHeader.LINE_END;
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    WrittenEvents checks = new WrittenEvents("AEDAT 3.1", COORDINATE_MASK, 0, LATEST);
    source.forEach(block -> {
      int first = 0;
      while (first < block.size()) {
        int end = packetEnd(block, first);
        writePacket(out, block, first, end, checks);
        first = end;
      }
    });
  }

  /** A packet has one overflow count. */
  private static int packetEnd(Events block, int first) {
    int end = first + 1;
    while (end < block.size() && end - first < PACKET_EVENTS
        && block.t(end) >> OVERFLOW_SHIFT == block.t(first) >> OVERFLOW_SHIFT) {
      end++;
    }
    return end;
  }

  private static void writePacket(OutputStream out, Events block, int first, int end, WrittenEvents checks)
      throws IOException {
    int number = end - first;
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + number * EVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort((short) POLARITY).putShort((short) 1).putInt(EVENT_BYTES).putInt(TIME_OFFSET);
    bytes.putInt((int) (block.t(first) >> OVERFLOW_SHIFT)).putInt(number).putInt(number).putInt(number);
    for (int i = first; i < end; i++) {
      checks.check(block, i);
      bytes.putInt(block.x(i) << X_SHIFT | block.y(i) << Y_SHIFT | block.p(i) << POLARITY_SHIFT | VALID);
      bytes.putInt((int) (block.t(i) & Integer.MAX_VALUE));
    }
    out.write(bytes.array());
  }
}
