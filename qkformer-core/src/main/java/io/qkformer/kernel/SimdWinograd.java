package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of Winograd's F(4x4, 3x3) for the channels of one tile; see {@link Winograd}.
 *
 * <p>Each is one of six points, applied down the columns and then along the rows. What lies between stands where the
 * result will, or where the input was, for so few channels at a time that it stays in the first-level cache. The methods are
 * short on purpose, without helper methods: the JIT compiler stops to inline the Vector API in longer ones; in some starts
 * it stores each vector element by element then, in others it allocates every vector (10 times slower).
 */
final class SimdWinograd {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  /** Channels that are transformed together, both ways: 36 points of them are 9 KB. */
  static final int GROUP = 64;
  /** Points of a line. */
  static final int POINTS = 6;

  private SimdWinograd() {}

  /** {@code V = B^T d B}. */
  static void input(float[] d, int dAt, int dRow, int dColumn, int channels, float[] v, int vAt, int vStep) {
    for (int c = 0; c < channels; c += GROUP) {
      int n = Math.min(GROUP, channels - c);
      input(d, dAt + c, dColumn, dRow, n, v, vAt + c, vStep, POINTS * vStep);
      input(v, vAt + c, POINTS * vStep, vStep, n, v, vAt + c, POINTS * vStep, vStep);
    }
  }

  /** {@code y = B^T x} for each of six lines; x and y may be the same. */
  private static void input(float[] x, int xAt, int xLine, int xStep, int n, float[] y, int yAt, int yLine, int yStep) {
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector minusFive = FloatVector.broadcast(F, -5f);
    FloatVector minusFour = FloatVector.broadcast(F, -4f);
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector minusTwo = FloatVector.broadcast(F, -2f);
    for (int line = 0; line < POINTS; line++) {
      for (int c = 0; c < n; c += L) {
        int at = xAt + line * xLine + c;
        int to = yAt + line * yLine + c;
        FloatVector x0 = FloatVector.fromArray(F, x, at);
        FloatVector x1 = FloatVector.fromArray(F, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(F, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(F, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(F, x, at + 4 * xStep);
        FloatVector x5 = FloatVector.fromArray(F, x, at + 5 * xStep);
        x0.fma(four, x2.fma(minusFive, x4)).intoArray(y, to);
        FloatVector even = x2.fma(minusFour, x4);
        FloatVector odd = x1.fma(minusFour, x3);
        even.add(odd).intoArray(y, to + yStep);
        even.sub(odd).intoArray(y, to + 2 * yStep);
        even = x4.sub(x2);
        odd = x3.sub(x1);
        odd.fma(two, even).intoArray(y, to + 3 * yStep);
        odd.fma(minusTwo, even).intoArray(y, to + 4 * yStep);
        x1.fma(four, x3.fma(minusFive, x5)).intoArray(y, to + 5 * yStep);
      }
    }
  }

  /** {@code y = A^T m A + bias}; overwrites m. */
  static void output(float[] m, int mAt, int mStep, int channels, float[] bias, int biasAt, float[] y, int yAt,
      int yRow, int yColumn) {
    for (int c = 0; c < channels; c += GROUP) {
      int n = Math.min(GROUP, channels - c);
      output(m, mAt + c, mStep, POINTS * mStep, n);
      output(m, mAt + c, POINTS * mStep, mStep, n, bias, biasAt + c, y, yAt + c, yRow, yColumn);
    }
  }

  /** {@code x = A^T x} for each of six lines. */
  private static void output(float[] x, int xAt, int xLine, int xStep, int n) {
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector eight = FloatVector.broadcast(F, 8f);
    for (int line = 0; line < POINTS; line++) {
      for (int c = 0; c < n; c += L) {
        int at = xAt + line * xLine + c;
        FloatVector x0 = FloatVector.fromArray(F, x, at);
        FloatVector x1 = FloatVector.fromArray(F, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(F, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(F, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(F, x, at + 4 * xStep);
        FloatVector p = x1.add(x2);
        FloatVector q = x3.add(x4);
        x0.add(p).add(q).intoArray(x, at);
        q.fma(four, p).intoArray(x, at + 2 * xStep);
        p = x1.sub(x2);
        q = x3.sub(x4);
        q.fma(two, p).intoArray(x, at + xStep);
        q.fma(eight, p).add(FloatVector.fromArray(F, x, at + 5 * xStep)).intoArray(x, at + 3 * xStep);
      }
    }
  }

  /** {@code y = A^T x + bias} for each of four lines. */
  private static void output(float[] x, int xAt, int xLine, int xStep, int n, float[] bias, int biasAt, float[] y, int yAt,
      int yLine, int yStep) {
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector eight = FloatVector.broadcast(F, 8f);
    for (int line = 0; line < WinogradTiles.OUT; line++) {
      for (int c = 0; c < n; c += L) {
        int at = xAt + line * xLine + c;
        int to = yAt + line * yLine + c;
        FloatVector b = FloatVector.fromArray(F, bias, biasAt + c);
        FloatVector x1 = FloatVector.fromArray(F, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(F, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(F, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(F, x, at + 4 * xStep);
        FloatVector p = x1.add(x2).add(b);
        FloatVector q = x3.add(x4);
        FloatVector.fromArray(F, x, at).add(p).add(q).intoArray(y, to);
        q.fma(four, p).intoArray(y, to + 2 * yStep);
        p = x1.sub(x2).add(b);
        q = x3.sub(x4);
        q.fma(two, p).intoArray(y, to + yStep);
        q.fma(eight, p).add(FloatVector.fromArray(F, x, at + 5 * xStep)).intoArray(y, to + 3 * yStep);
      }
    }
  }

  /** {@code W = A g A^T}. */
  static void gradient(float[] g, int gAt, int gRow, int gColumn, int channels, float[] w, int wAt, int wStep) {
    for (int c = 0; c < channels; c += GROUP) {
      int n = Math.min(GROUP, channels - c);
      gradient(WinogradTiles.OUT, g, gAt + c, gColumn, gRow, n, w, wAt + c, wStep, POINTS * wStep);
      gradient(POINTS, w, wAt + c, POINTS * wStep, wStep, n, w, wAt + c, POINTS * wStep, wStep);
    }
  }

  /** {@code y = A x} for some lines; x and y may be the same. */
  private static void gradient(int lines, float[] x, int xAt, int xLine, int xStep, int n, float[] y, int yAt, int yLine,
      int yStep) {
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector minusTwo = FloatVector.broadcast(F, -2f);
    for (int line = 0; line < lines; line++) {
      for (int c = 0; c < n; c += L) {
        int at = xAt + line * xLine + c;
        int to = yAt + line * yLine + c;
        FloatVector x0 = FloatVector.fromArray(F, x, at);
        FloatVector x1 = FloatVector.fromArray(F, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(F, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(F, x, at + 3 * xStep);
        x0.intoArray(y, to);
        FloatVector even = x0.add(x2);
        FloatVector odd = x1.add(x3);
        even.add(odd).intoArray(y, to + yStep);
        even.sub(odd).intoArray(y, to + 2 * yStep);
        even = x2.fma(four, x0);
        odd = x3.fma(four, x1);
        odd.fma(two, even).intoArray(y, to + 3 * yStep);
        odd.fma(minusTwo, even).intoArray(y, to + 4 * yStep);
        x3.intoArray(y, to + 5 * yStep);
      }
    }
  }
}
