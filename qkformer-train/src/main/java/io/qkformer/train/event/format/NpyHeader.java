package io.qkformer.train.event.format;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an array in NumPy's format is. Source: numpy.lib.format, versions 1.0 to 3.0.
 *
 * @param bytes that the header takes, up to the first element
 * @param type of its elements
 * @param columnsFirst whether its first index varies fastest (Fortran's order)
 * @param shape its axes
 */
record NpyHeader(int bytes, NpyType type, boolean columnsFirst, long... shape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final int MOST_BYTES = 1 << 16;
  private static final int MOST_AXES = 32;
  private static final int MOST_DIGITS = 18;
  private static final Pattern TYPE = Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"]([^'\"]{1,20})['\"]");
  private static final Pattern ORDER = Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([0-9L, ]*)\\)");

  /** Signals what is wrong with a header; the caller knows the file. */
  static final class BadHeader extends Exception {
    private static final long serialVersionUID = 1L;

    BadHeader(String problem) {
      super(problem);
    }
  }

  /** Reads the header and leaves the stream at the first element. */
  static NpyHeader read(InputStream stream) throws IOException, BadHeader {
    DataInputStream in = new DataInputStream(stream);
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new BadHeader("expected an array in NumPy's format, got something else");
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 3) {
      throw new BadHeader("expected NumPy's format 1.0 to 3.0, got " + version + "." + start[MAGIC.length + 1]);
    }
    byte[] counted = in.readNBytes(version == 1 ? Short.BYTES : Integer.BYTES);
    int length = 0;
    for (int i = counted.length - 1; i >= 0; i--) {
      length = length << Byte.SIZE | Byte.toUnsignedInt(counted[i]);
    }
    if (length < 1 || length > MOST_BYTES) {
      throw new BadHeader("expected a header of 1 to " + MOST_BYTES + " bytes, got "
          + Integer.toUnsignedString(length));
    }
    byte[] text = in.readNBytes(length);
    if (text.length < length) {
      throw new BadHeader("expected a header of " + length + " bytes, got the end after " + text.length);
    }
    return parse(start.length + counted.length + length, new String(text, StandardCharsets.UTF_8));
  }

  private static NpyHeader parse(int bytes, String text) throws BadHeader {
    String description = find(TYPE, text, "'descr'");
    Optional<NpyType> type = NpyType.parse(description);
    if (type.isEmpty()) {
      throw new BadHeader("expected elements of type b1, i1 to i8, u1 to u8, f4 or f8, got "
          + AedatHeader.quote(description));
    }
    boolean columnsFirst = Boolean.parseBoolean(find(ORDER, text, "'fortran_order'"));
    return new NpyHeader(bytes, type.get(), columnsFirst, axes(find(SHAPE, text, "'shape'")));
  }

  private static String find(Pattern pattern, String text, String key) throws BadHeader {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new BadHeader("expected a header with " + key + ", got " + AedatHeader.quote(text));
    }
    return matcher.group(1);
  }

  private static long[] axes(String list) throws BadHeader {
    String[] parts = Arrays.stream(list.split(",")).map(part -> part.replace("L", "").trim())
        .filter(part -> !part.isEmpty()).toArray(String[]::new);
    if (parts.length > MOST_AXES) {
      throw new BadHeader("expected a shape of at most " + MOST_AXES + " axes, got " + parts.length);
    }
    long[] axes = new long[parts.length];
    for (int i = 0; i < axes.length; i++) {
      if (!parts[i].matches("[0-9]{1," + MOST_DIGITS + "}")) {
        throw new BadHeader("expected axes of at most " + MOST_DIGITS + " digits, got " + AedatHeader.quote(list));
      }
      axes[i] = Long.parseLong(parts[i]);
    }
    return axes;
  }

  /** Number of elements, or empty if that is beyond a long. */
  Optional<Long> elements() {
    long product = 1;
    for (long axis : shape) {
      if (axis != 0 && product > Long.MAX_VALUE / axis) {
        return Optional.empty();
      }
      product *= axis;
    }
    return Optional.of(product);
  }

  /** The header as format 1.0 writes it: an array in C's order. */
  static byte[] write(NpyType type, long... shape) {
    StringBuilder axes = new StringBuilder();
    for (int i = 0; i < shape.length; i++) {
      axes.append(i == 0 ? "" : " ").append(shape[i]).append(i == shape.length - 1 && i > 0 ? "" : ",");
    }
    String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + axes + "), }";
    int fixed = MAGIC.length + 2 + Short.BYTES;
    int length = (fixed + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - fixed;
    ByteBuffer bytes = ByteBuffer.allocate(fixed + length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) length);
    bytes.put(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.remaining() > 1) {
      bytes.put((byte) ' ');
    }
    return bytes.put((byte) '\n').array();
  }
}
