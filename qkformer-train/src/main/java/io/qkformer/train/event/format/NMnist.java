package io.qkformer.train.event.format;

import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.Events;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The layout of N-MNIST and N-Caltech101 files and their writer: 5 bytes an event, x, y, then polarity (the top bit)
 * and 23 bits of time in microseconds, high byte first. An event with y = 240 is none, but adds 8192 to the time of
 * all that follow. Source: Orchard et al. 2015 (doi 10.3389/fnins.2015.00437) and its public readers.
 */
final class NMnist {
  static final int EVENT_BYTES = 5;
  static final int TIME_HIGH = 0x7F;
  static final int POLARITY_SHIFT = 7;
  static final int OVERFLOW_Y = 240;
  static final int OVERFLOW_MICROSECONDS = 1 << 13;

  private static final int GREATEST_STORED_TIME = (1 << 23) - 1;
  private static final int GREATEST_COORDINATE = 255;

  private NMnist() { }

  /** Writes the events so that this reading gives them back. */
  static void write(OutputStream out, EventSource source, Reading reading) throws IOException {
    boolean overflows = reading == Reading.FORMAT;
    WrittenEvents checks = new WrittenEvents("N-MNIST", GREATEST_COORDINATE, 0,
        overflows ? Integer.MAX_VALUE : GREATEST_STORED_TIME);
    long[] overflow = {0};
    source.forEach(block -> {
      for (int i = 0; i < block.size(); i++) {
        if (overflows) {
          while (block.t(i) <= Integer.MAX_VALUE && block.t(i) - overflow[0] > GREATEST_STORED_TIME) {
            writeEvent(out, 0, OVERFLOW_Y, 0, 0);
            overflow[0] += OVERFLOW_MICROSECONDS;
          }
          // the counter never goes back: only so far may times be out of order
          checks.require("t", block.t(i), overflow[0], Integer.MAX_VALUE);
          if (block.y(i) == OVERFLOW_Y) {
            checks.require("y, which means an overflow at 240,", block.y(i), 0, OVERFLOW_Y - 1);
          }
        }
        checks.check(block, i);
        writeEvent(out, block, i, overflow[0]);
      }
    });
  }

  private static void writeEvent(OutputStream out, Events block, int i, long overflow) throws IOException {
    writeEvent(out, block.x(i), block.y(i), block.p(i), (int) (block.t(i) - overflow));
  }

  private static void writeEvent(OutputStream out, int x, int y, int p, int t) throws IOException {
    out.write(x);
    out.write(y);
    out.write(p << POLARITY_SHIFT | t >> Short.SIZE);
    out.write(t >> Byte.SIZE);
    out.write(t);
  }
}
