package io.qkformer.train.event.format;

import io.qkformer.train.event.EventSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The layout of AEDAT 2.0 files of the DVS128 and their writer: lines of text, then pairs of big-endian address and
 * time in microseconds. Source: iniVation, "AEDAT 2.0" and "AE address formats" of jAER.
 */
final class Aedat20 {
  static final int EVENT_BYTES = 8;
  static final int X_SHIFT = 1;
  static final int Y_SHIFT = 8;
  static final int COORDINATE_MASK = 0x7F;
  static final int EXTERNAL = 1 << 15;

  private Aedat20() { }

  /** Writes the events so that this reading gives them back. */
  static void write(OutputStream out, EventSource source, Reading reading) throws IOException {
    String header = AedatHeader.VERSION_2_0 + AedatHeader.LINE_END
        + "# This is a raw AE data file - do not edit" + AedatHeader.LINE_END;
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    WrittenEvents checks = new WrittenEvents("AEDAT 2.0", COORDINATE_MASK, 0, Integer.MAX_VALUE);
    source.forEach(block -> {
      ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(block.size(), EVENT_BYTES));
      for (int i = 0; i < block.size(); i++) {
        checks.check(block, i);
        boolean stored = reading == Reading.FORMAT;
        int x = stored ? block.x(i) : COORDINATE_MASK - block.y(i);
        int y = stored ? block.y(i) : COORDINATE_MASK - block.x(i);
        int p = stored ? block.p(i) : 1 - block.p(i);
        bytes.putInt(y << Y_SHIFT | x << X_SHIFT | p).putInt((int) block.t(i));
      }
      out.write(bytes.array());
    });
  }
}
