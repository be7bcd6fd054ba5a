package io.qkformer.train.event.format;

import java.io.IOException;

/** The lines of text that AEDAT files begin with. */
final class AedatHeader {
  static final String VERSION_3_1 = "#!AER-DAT3.1";
  static final String VERSION_2_0 = "#!AER-DAT2.0";
  static final String END = "#!END-HEADER";
  static final String FORMAT = "#Format:";
  /** The events as packets, one after the other; other formats compress them. */
  static final String RAW = "RAW";
  static final String LINE_END = "\r\n";

  /** Far more than any recorder writes; keeps a file without line ends from being read whole as one line. */
  private static final int MOST_BYTES = 1 << 20;
  private static final char COMMENT = '#';

  private AedatHeader() { }

  /**
   * Skips the header of a 3.1 file, up to and with its end mark.
   *
   * @param reading whether the format that the header names is looked at, which SpikingJelly does not
   */
  static void skip31(ByteInput in, Reading reading) throws IOException {
    requireVersion(in, VERSION_3_1);
    String line;
    do {
      long start = in.position();
      line = line(in);
      if (line.isEmpty() || line.charAt(0) != COMMENT) {
        throw in.error(start, "expected a header line that begins with # up to " + END + ", got " + quote(line));
      }
      if (reading == Reading.FORMAT && line.startsWith(FORMAT) && !line.substring(FORMAT.length()).strip().equals(RAW)) {
        throw in.error(start, "expected " + FORMAT + " " + RAW + ", got " + quote(line)
            + "; have the recorder's program write it uncompressed");
      }
    } while (!line.equals(END));
  }

  /** Skips the header of a 2.0 file, up to the first line that is none. */
  static void skip20(ByteInput in) throws IOException {
    requireVersion(in, VERSION_2_0);
    while (in.remaining() > 0 && in.peek() == COMMENT) {
      line(in);
    }
  }

  private static void requireVersion(ByteInput in, String version) throws IOException {
    String first = in.remaining() > 0 && in.peek() == COMMENT ? line(in) : "";
    if (!first.equals(version)) {
      throw in.error(0, "expected the version line " + version + ", got "
          + (first.isEmpty() ? "something else" : quote(first)));
    }
  }

  /** Reads a line without what ends it. */
  private static String line(ByteInput in) throws IOException {
    long start = in.position();
    StringBuilder line = new StringBuilder();
    while (true) {
      if (in.remaining() == 0) {
        throw in.error(start, "expected a header line that ends, got the end of the file");
      }
      if (in.position() >= MOST_BYTES) {
        throw in.error(start, "expected a header of at most " + MOST_BYTES + " bytes, got a longer one");
      }
      char next = (char) Byte.toUnsignedInt(in.next(1).get());
      if (next == '\n') {
        return line.toString().stripTrailing();
      }
      line.append(next);
    }
  }

  /** Makes text of a file fit for a message. */
  static String quote(String text) {
    int most = 40;
    String start = text.length() > most ? text.substring(0, most) + "..." : text;
    return '"' + start.replaceAll("[^ -~]", "?") + '"';
  }
}
