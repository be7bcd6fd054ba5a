package io.qkformer.train.golden;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A NumPy array of a golden case, in row-major order. */
record GoldenTensor(long[] shape, double[] values) {

  private static final Pattern HEADER = Pattern.compile(
      "'descr': '(<f4|<f8|<i8)', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\)");

  static GoldenTensor read(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    byte[] prelude = in.readNBytes(8);
    if (!Arrays.equals(prelude, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})) {
      throw new IOException("not a NumPy array of format 1.0");
    }
    int headerLength = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
    String header = new String(in.readNBytes(headerLength), StandardCharsets.US_ASCII);
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.find()) {
      throw new IOException("unknown NumPy header: " + header);
    }
    long[] shape = Arrays.stream(matcher.group(2).split(",")).map(String::trim).filter(s -> !s.isEmpty())
        .mapToLong(Long::parseLong).toArray();
    ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    int n = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = switch (matcher.group(1)) {
        case "<f4" -> bytes.getFloat();
        case "<f8" -> bytes.getDouble();
        default -> bytes.getLong();
      };
    }
    if (bytes.hasRemaining()) {
      throw new IOException(bytes.remaining() + " bytes too many");
    }
    return new GoldenTensor(shape, values);
  }

  INDArray toArray() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return shape.length == 0 ? Nd4j.scalar(floats[0]) : Nd4j.create(floats, shape, 'c');
  }

  int[] toInts() {
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  double scalar() {
    return values[0];
  }
}
