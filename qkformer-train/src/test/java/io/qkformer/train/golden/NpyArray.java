package io.qkformer.train.golden;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array of a {@code .npy} file: NumPy format version 1.0 (numpy.lib.format), little-endian, C order.
 *
 * @param type   what the file holds
 * @param shape  its axes
 * @param values its elements in row-major order
 */
record NpyArray(Type type, int[] shape, double[] values) {

  /** The element types of the golden cases. */
  enum Type { UINT8, INT32, INT64, FLOAT32, FLOAT64 }

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final Map<String, Type> TYPES =
      Map.of("|u1", Type.UINT8, "<i4", Type.INT32, "<i8", Type.INT64, "<f4", Type.FLOAT32, "<f8", Type.FLOAT64);
  private static final Pattern DESCRIPTION = Pattern.compile("'descr': '([^']*)'");
  private static final Pattern SHAPE = Pattern.compile("'shape': \\(([0-9, ]*)\\)");
  private static final String C_ORDER = "'fortran_order': False";

  /**
   * Reads a file.
   *
   * @throws IOException when it cannot be read or is no such array
   */
  static NpyArray read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return read(stream, file.toString());
    }
  }

  static NpyArray read(InputStream stream, String name) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw new IOException(name + ": expected a NumPy array of format 1.0");
    }
    int headerLength = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
    String header = new String(in.readNBytes(headerLength), StandardCharsets.US_ASCII);
    Matcher description = DESCRIPTION.matcher(header);
    Matcher axes = SHAPE.matcher(header);
    if (!description.find() || !axes.find() || !header.contains(C_ORDER)
        || !TYPES.containsKey(description.group(1))) {
      throw new IOException(name + ": expected uint8, int32, int64, float32 or float64 in C order, got " + header);
    }
    Type type = TYPES.get(description.group(1));
    int[] shape = Arrays.stream(axes.group(1).split(",")).map(String::trim).filter(s -> !s.isEmpty())
        .mapToInt(Integer::parseInt).toArray();
    ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    if (bytes.remaining() != values.length * size(type)) {
      throw new IOException(name + ": expected " + values.length + " elements of " + type + ", got "
          + bytes.remaining() + " bytes");
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = next(bytes, type);
    }
    return new NpyArray(type, shape, values);
  }

  private static int size(Type type) {
    return switch (type) {
      case UINT8 -> Byte.BYTES;
      case INT32, FLOAT32 -> Float.BYTES;
      case INT64, FLOAT64 -> Double.BYTES;
    };
  }

  private static double next(ByteBuffer bytes, Type type) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedInt(bytes.get());
      case INT32 -> bytes.getInt();
      case INT64 -> bytes.getLong();
      case FLOAT32 -> bytes.getFloat();
      case FLOAT64 -> bytes.getDouble();
    };
  }

  /** Slice {@code index} of the first axis. */
  NpyArray slice(int index) {
    Objects.checkIndex(index, shape[0]);
    int[] rest = Arrays.copyOfRange(shape, 1, shape.length);
    int size = values.length / shape[0];
    return new NpyArray(type, rest, Arrays.copyOfRange(values, index * size, (index + 1) * size));
  }

  /** The elements of a UINT8 array, as Java's signed bytes. */
  byte[] toBytes() {
    require(Type.UINT8);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) values[i];
    }
    return bytes;
  }

  /** The elements, rounded to float where the file holds more. */
  float[] toFloats() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** The elements of an integer array. */
  int[] toInts() {
    if (type != Type.UINT8 && type != Type.INT32) {
      require(Type.INT64);
    }
    return Arrays.stream(values).mapToInt(value -> Math.toIntExact((long) value)).toArray();
  }

  private void require(Type expected) {
    if (type != expected) {
      throw new IllegalStateException("expected an array of " + expected + ", got " + type);
    }
  }
}
