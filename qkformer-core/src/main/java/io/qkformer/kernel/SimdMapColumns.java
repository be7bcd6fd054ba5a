package io.qkformer.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link SimdColumns} on native memory, for rows of whole vectors: the same sums and products in the same order. Offsets
 * of buffers count bytes.
 */
final class SimdMapColumns {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  private static final int BYTES = L * Float.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private SimdMapColumns() {}

  static boolean moments(ByteBuffer x, int offset, int rows, int channels, float[] centre, float[] sum,
      float[] squares) {
    if (channels % L != 0) {
      return false;
    }
    int rowBytes = channels * Float.BYTES;
    int eighth = rows / 8;
    moments8(x, offset, eighth, channels, centre, sum, squares);
    moments1(x, offset + 8 * eighth * rowBytes, rows - 8 * eighth, channels, rowBytes, centre, sum, squares);
    return true;
  }

  /** Eight streams: from a few pages at once memory comes faster than from one. */
  private static void moments8(ByteBuffer x, int offset, int eighth, int channels, float[] centre, float[] sum, float[] squares) {
    int step = eighth * channels * Float.BYTES;
    int end = offset + step;
    for (int at = offset, c = 0; at < end; at += BYTES) {
      FloatVector m = FloatVector.fromArray(F, centre, c);
      FloatVector d0 = FloatVector.fromByteBuffer(F, x, at, ORDER).sub(m);
      FloatVector d1 = FloatVector.fromByteBuffer(F, x, at + step, ORDER).sub(m);
      FloatVector d2 = FloatVector.fromByteBuffer(F, x, at + 2 * step, ORDER).sub(m);
      FloatVector d3 = FloatVector.fromByteBuffer(F, x, at + 3 * step, ORDER).sub(m);
      FloatVector d4 = FloatVector.fromByteBuffer(F, x, at + 4 * step, ORDER).sub(m);
      FloatVector d5 = FloatVector.fromByteBuffer(F, x, at + 5 * step, ORDER).sub(m);
      FloatVector d6 = FloatVector.fromByteBuffer(F, x, at + 6 * step, ORDER).sub(m);
      FloatVector d7 = FloatVector.fromByteBuffer(F, x, at + 7 * step, ORDER).sub(m);
      d0.add(d1).add(d2.add(d3)).add(d4.add(d5).add(d6.add(d7))).add(FloatVector.fromArray(F, sum, c))
          .intoArray(sum, c);
      d0.mul(d0).add(d1.mul(d1)).add(d2.mul(d2).add(d3.mul(d3)))
          .add(d4.mul(d4).add(d5.mul(d5)).add(d6.mul(d6).add(d7.mul(d7))))
          .add(FloatVector.fromArray(F, squares, c)).intoArray(squares, c);
      c = c + L == channels ? 0 : c + L;
    }
  }

  private static void moments1(ByteBuffer x, int offset, int rows, int channels, int rowBytes, float[] centre,
      float[] sum, float[] squares) {
    for (int r = 0; r < rows; r++) {
      int at = offset + r * rowBytes;
      for (int c = 0; c < channels; c += L, at += BYTES) {
        FloatVector d = FloatVector.fromByteBuffer(F, x, at, ORDER).sub(FloatVector.fromArray(F, centre, c));
        FloatVector.fromArray(F, sum, c).add(d).intoArray(sum, c);
        FloatVector.fromArray(F, squares, c).add(d.mul(d)).intoArray(squares, c);
      }
    }
  }

  static boolean add(ByteBuffer a, ByteBuffer b, int offset, int n, ByteBuffer y) {
    if (n % L != 0) {
      return false;
    }
    int end = offset + n * Float.BYTES;
    for (int at = offset; at < end; at += BYTES) {
      FloatVector.fromByteBuffer(F, a, at, ORDER).add(FloatVector.fromByteBuffer(F, b, at, ORDER))
          .intoByteBuffer(y, at, ORDER);
    }
    return true;
  }

  static boolean combine(ByteBuffer g, ByteBuffer x, int offset, int rows, int channels, float[] centre, float[] a,
      float[] b, float[] d, ByteBuffer y) {
    if (channels % L != 0) {
      return false;
    }
    int rowBytes = channels * Float.BYTES;
    int quarter = rows / 4 * rowBytes;
    combine4(g, x, offset, quarter, channels, centre, a, b, d, y);
    combine1(g, x, offset + 4 * quarter, rows % 4 * rowBytes, channels, centre, a, b, d, y);
    return true;
  }

  /** Four quarters at once: from a few pages at once memory comes faster than from one. */
  private static void combine4(ByteBuffer g, ByteBuffer x, int offset, int quarter, int channels, float[] centre, float[] a,
      float[] b, float[] d, ByteBuffer y) {
    int end = offset + quarter;
    for (int at = offset, c = 0; at < end; at += BYTES) {
      FloatVector m = FloatVector.fromArray(F, centre, c);
      FloatVector ac = FloatVector.fromArray(F, a, c);
      FloatVector bc = FloatVector.fromArray(F, b, c);
      FloatVector dc = FloatVector.fromArray(F, d, c);
      int second = at + quarter;
      int third = second + quarter;
      int fourth = third + quarter;
      FloatVector x0 = FloatVector.fromByteBuffer(F, x, at, ORDER).sub(m).mul(bc);
      FloatVector x1 = FloatVector.fromByteBuffer(F, x, second, ORDER).sub(m).mul(bc);
      FloatVector x2 = FloatVector.fromByteBuffer(F, x, third, ORDER).sub(m).mul(bc);
      FloatVector x3 = FloatVector.fromByteBuffer(F, x, fourth, ORDER).sub(m).mul(bc);
      FloatVector.fromByteBuffer(F, g, at, ORDER).mul(ac).add(x0).add(dc).intoByteBuffer(y, at, ORDER);
      FloatVector.fromByteBuffer(F, g, second, ORDER).mul(ac).add(x1).add(dc).intoByteBuffer(y, second, ORDER);
      FloatVector.fromByteBuffer(F, g, third, ORDER).mul(ac).add(x2).add(dc).intoByteBuffer(y, third, ORDER);
      FloatVector.fromByteBuffer(F, g, fourth, ORDER).mul(ac).add(x3).add(dc).intoByteBuffer(y, fourth, ORDER);
      c = c + L == channels ? 0 : c + L;
    }
  }

  private static void combine1(ByteBuffer g, ByteBuffer x, int offset, int bytes, int channels, float[] centre, float[] a,
      float[] b, float[] d, ByteBuffer y) {
    int end = offset + bytes;
    for (int at = offset, c = 0; at < end; at += BYTES) {
      FloatVector bx = FloatVector.fromByteBuffer(F, x, at, ORDER).sub(FloatVector.fromArray(F, centre, c))
          .mul(FloatVector.fromArray(F, b, c));
      FloatVector.fromByteBuffer(F, g, at, ORDER).mul(FloatVector.fromArray(F, a, c)).add(bx).add(FloatVector.fromArray(F, d, c))
          .intoByteBuffer(y, at, ORDER);
      c = c + L == channels ? 0 : c + L;
    }
  }

  /** Row after row, as they lie in memory. */
  static boolean pack(ByteBuffer x, int offset, int rows, int columns, float[] panels, int at, int panelRows, int firstRow) {
    if (columns % Panels.UNIT != 0) {
      return false;
    }
    Panels layout = new Panels(panelRows, columns);
    for (int row = 0, from = offset; row < rows; row++) {
      for (int column = 0; column < columns; column += layout.width(column)) {
        int width = layout.width(column);
        int to = at + column * panelRows + (firstRow + row) * width;
        for (int c = 0; c < width; c += L, from += BYTES) {
          FloatVector.fromByteBuffer(F, x, from, ORDER).intoArray(panels, to + c);
        }
      }
    }
    return true;
  }

  /** Row after row, as they lie in memory. */
  static boolean cut(ByteBuffer x, int offset, int rows, int columns, int width, float[] strips, int at, int stripStep) {
    if (columns % L != 0 || width % L != 0) {
      return false;
    }
    for (int row = 0, from = offset; row < rows; row++) {
      int to = at + row * width;
      for (int left = columns; left > 0; left -= width, to += stripStep) {
        int end = to + Math.min(width, left);
        for (int c = to; c < end; c += L, from += BYTES) {
          FloatVector.fromByteBuffer(F, x, from, ORDER).intoArray(strips, c);
        }
      }
    }
    return true;
  }
}
