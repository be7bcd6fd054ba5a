package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of Winograd's F(4x4, 3x3) for the channels of one tile; see {@link Winograd}.
 *
 * <p>A method makes one row of a result, first down the columns, then along the row, so that nothing in between is
 * stored. They are short on purpose, without helper methods: the JIT compiler stops to inline the Vector API in longer
 * f1, and allocates every vector then (10 times slower).
 */
final class SimdWinograd {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();

  private SimdWinograd() {}

  /** {@code V = B^T d B}. */
  static void input(float[] d, int dAt, int dRow, int dColumn, int channels, float[] v, int vAt, int vStep) {
    inputOuter(d, dAt, dRow, dColumn, channels, v, vAt, vStep);
    inputInner(-4f, -4f, 1f, d, dAt, dRow, dColumn, channels, v, vAt + 6 * vStep, vStep);
    inputInner(4f, -4f, -1f, d, dAt, dRow, dColumn, channels, v, vAt + 12 * vStep, vStep);
    inputInner(-2f, -1f, 2f, d, dAt, dRow, dColumn, channels, v, vAt + 18 * vStep, vStep);
    inputInner(2f, -1f, -2f, d, dAt, dRow, dColumn, channels, v, vAt + 24 * vStep, vStep);
    inputOuter(d, dAt + dRow, dRow, dColumn, channels, v, vAt + 30 * vStep, vStep);
  }

  /** Row 0 of the result, {@code 4 d0 - 5 d2 + d4}; or row 5, when d starts one row lower. */
  private static void inputOuter(float[] d, int dAt, int dRow, int dColumn, int channels, float[] v, int vAt,
      int vStep) {
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector minusFive = FloatVector.broadcast(F, -5f);
    FloatVector minusFour = FloatVector.broadcast(F, -4f);
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector minusTwo = FloatVector.broadcast(F, -2f);
    for (int c = 0; c < channels; c += L) {
      int at0 = dAt + c;
      int at2 = at0 + 2 * dRow;
      int at4 = at2 + 2 * dRow;
      int to = vAt + c;
      FloatVector x0 = FloatVector.fromArray(F, d, at4);
      x0 = FloatVector.fromArray(F, d, at2).fma(minusFive, x0);
      x0 = FloatVector.fromArray(F, d, at0).fma(four, x0);
      FloatVector x1 = FloatVector.fromArray(F, d, at4 + dColumn);
      x1 = FloatVector.fromArray(F, d, at2 + dColumn).fma(minusFive, x1);
      x1 = FloatVector.fromArray(F, d, at0 + dColumn).fma(four, x1);
      FloatVector x2 = FloatVector.fromArray(F, d, at4 + 2 * dColumn);
      x2 = FloatVector.fromArray(F, d, at2 + 2 * dColumn).fma(minusFive, x2);
      x2 = FloatVector.fromArray(F, d, at0 + 2 * dColumn).fma(four, x2);
      FloatVector x3 = FloatVector.fromArray(F, d, at4 + 3 * dColumn);
      x3 = FloatVector.fromArray(F, d, at2 + 3 * dColumn).fma(minusFive, x3);
      x3 = FloatVector.fromArray(F, d, at0 + 3 * dColumn).fma(four, x3);
      FloatVector x4 = FloatVector.fromArray(F, d, at4 + 4 * dColumn);
      x4 = FloatVector.fromArray(F, d, at2 + 4 * dColumn).fma(minusFive, x4);
      x4 = FloatVector.fromArray(F, d, at0 + 4 * dColumn).fma(four, x4);
      FloatVector x5 = FloatVector.fromArray(F, d, at4 + 5 * dColumn);
      x5 = FloatVector.fromArray(F, d, at2 + 5 * dColumn).fma(minusFive, x5);
      x5 = FloatVector.fromArray(F, d, at0 + 5 * dColumn).fma(four, x5);
      x0.fma(four, x2.fma(minusFive, x4)).intoArray(v, to);
      FloatVector even = x2.fma(minusFour, x4);
      FloatVector odd = x1.fma(minusFour, x3);
      even.add(odd).intoArray(v, to + vStep);
      even.sub(odd).intoArray(v, to + 2 * vStep);
      even = x4.sub(x2);
      odd = x3.sub(x1);
      odd.fma(two, even).intoArray(v, to + 3 * vStep);
      odd.fma(minusTwo, even).intoArray(v, to + 4 * vStep);
      x1.fma(four, x3.fma(minusFive, x5)).intoArray(v, to + 5 * vStep);
    }
  }

  /** Row 1, 2, 3 or 4: {@code first d1 + second d2 + third d3 + d4}. */
  private static void inputInner(float first, float second, float third, float[] d, int dAt, int dRow, int dColumn,
      int channels, float[] v, int vAt, int vStep) {
    FloatVector f1 = FloatVector.broadcast(F, first);
    FloatVector f2 = FloatVector.broadcast(F, second);
    FloatVector f3 = FloatVector.broadcast(F, third);
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector minusFive = FloatVector.broadcast(F, -5f);
    FloatVector minusFour = FloatVector.broadcast(F, -4f);
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector minusTwo = FloatVector.broadcast(F, -2f);
    for (int c = 0; c < channels; c += L) {
      int at1 = dAt + c + dRow;
      int at2 = at1 + dRow;
      int at3 = at2 + dRow;
      int at4 = at3 + dRow;
      int to = vAt + c;
      FloatVector x0 = FloatVector.fromArray(F, d, at4);
      x0 = FloatVector.fromArray(F, d, at2).fma(f2, x0);
      x0 = FloatVector.fromArray(F, d, at1).fma(f1, x0);
      x0 = FloatVector.fromArray(F, d, at3).fma(f3, x0);
      FloatVector x1 = FloatVector.fromArray(F, d, at4 + dColumn);
      x1 = FloatVector.fromArray(F, d, at2 + dColumn).fma(f2, x1);
      x1 = FloatVector.fromArray(F, d, at1 + dColumn).fma(f1, x1);
      x1 = FloatVector.fromArray(F, d, at3 + dColumn).fma(f3, x1);
      FloatVector x2 = FloatVector.fromArray(F, d, at4 + 2 * dColumn);
      x2 = FloatVector.fromArray(F, d, at2 + 2 * dColumn).fma(f2, x2);
      x2 = FloatVector.fromArray(F, d, at1 + 2 * dColumn).fma(f1, x2);
      x2 = FloatVector.fromArray(F, d, at3 + 2 * dColumn).fma(f3, x2);
      FloatVector x3 = FloatVector.fromArray(F, d, at4 + 3 * dColumn);
      x3 = FloatVector.fromArray(F, d, at2 + 3 * dColumn).fma(f2, x3);
      x3 = FloatVector.fromArray(F, d, at1 + 3 * dColumn).fma(f1, x3);
      x3 = FloatVector.fromArray(F, d, at3 + 3 * dColumn).fma(f3, x3);
      FloatVector x4 = FloatVector.fromArray(F, d, at4 + 4 * dColumn);
      x4 = FloatVector.fromArray(F, d, at2 + 4 * dColumn).fma(f2, x4);
      x4 = FloatVector.fromArray(F, d, at1 + 4 * dColumn).fma(f1, x4);
      x4 = FloatVector.fromArray(F, d, at3 + 4 * dColumn).fma(f3, x4);
      FloatVector x5 = FloatVector.fromArray(F, d, at4 + 5 * dColumn);
      x5 = FloatVector.fromArray(F, d, at2 + 5 * dColumn).fma(f2, x5);
      x5 = FloatVector.fromArray(F, d, at1 + 5 * dColumn).fma(f1, x5);
      x5 = FloatVector.fromArray(F, d, at3 + 5 * dColumn).fma(f3, x5);
      x0.fma(four, x2.fma(minusFive, x4)).intoArray(v, to);
      FloatVector even = x2.fma(minusFour, x4);
      FloatVector odd = x1.fma(minusFour, x3);
      even.add(odd).intoArray(v, to + vStep);
      even.sub(odd).intoArray(v, to + 2 * vStep);
      even = x4.sub(x2);
      odd = x3.sub(x1);
      odd.fma(two, even).intoArray(v, to + 3 * vStep);
      odd.fma(minusTwo, even).intoArray(v, to + 4 * vStep);
      x1.fma(four, x3.fma(minusFive, x5)).intoArray(v, to + 5 * vStep);
    }
  }

  /** {@code y = A^T m A + bias}. */
  static void output(float[] m, int mAt, int mStep, int channels, float[] bias, int biasAt, float[] y, int yAt,
      int yRow, int yColumn) {
    outputOuter(1f, 1f, 0, m, mAt, mStep, channels, bias, biasAt, y, yAt, yColumn);
    outputInner(-1f, 2f, m, mAt, mStep, channels, bias, biasAt, y, yAt + yRow, yColumn);
    outputInner(1f, 4f, m, mAt, mStep, channels, bias, biasAt, y, yAt + 2 * yRow, yColumn);
    outputOuter(-1f, 8f, 30 * mStep, m, mAt, mStep, channels, bias, biasAt, y, yAt + 3 * yRow, yColumn);
  }

  /** Row 1 or 2: {@code (m1 + s m2) + f (m3 + s m4)}. */
  private static void outputInner(float s, float f, float[] m, int mAt, int mStep, int channels, float[] bias,
      int biasAt, float[] y, int yAt, int yColumn) {
    int row = 6 * mStep;
    FloatVector sign = FloatVector.broadcast(F, s);
    FloatVector factor = FloatVector.broadcast(F, f);
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector eight = FloatVector.broadcast(F, 8f);
    for (int c = 0; c < channels; c += L) {
      int at1 = mAt + c + row;
      int at2 = at1 + row;
      int at3 = at2 + row;
      int at4 = at3 + row;
      int to = yAt + c;
      FloatVector x0 = FloatVector.fromArray(F, m, at1);
      x0 = FloatVector.fromArray(F, m, at2).fma(sign, x0);
      FloatVector z0 = FloatVector.fromArray(F, m, at3);
      x0 = FloatVector.fromArray(F, m, at4).fma(sign, z0).fma(factor, x0);
      FloatVector x1 = FloatVector.fromArray(F, m, at1 + mStep);
      x1 = FloatVector.fromArray(F, m, at2 + mStep).fma(sign, x1);
      FloatVector z1 = FloatVector.fromArray(F, m, at3 + mStep);
      x1 = FloatVector.fromArray(F, m, at4 + mStep).fma(sign, z1).fma(factor, x1);
      FloatVector x2 = FloatVector.fromArray(F, m, at1 + 2 * mStep);
      x2 = FloatVector.fromArray(F, m, at2 + 2 * mStep).fma(sign, x2);
      FloatVector z2 = FloatVector.fromArray(F, m, at3 + 2 * mStep);
      x2 = FloatVector.fromArray(F, m, at4 + 2 * mStep).fma(sign, z2).fma(factor, x2);
      FloatVector x3 = FloatVector.fromArray(F, m, at1 + 3 * mStep);
      x3 = FloatVector.fromArray(F, m, at2 + 3 * mStep).fma(sign, x3);
      FloatVector z3 = FloatVector.fromArray(F, m, at3 + 3 * mStep);
      x3 = FloatVector.fromArray(F, m, at4 + 3 * mStep).fma(sign, z3).fma(factor, x3);
      FloatVector x4 = FloatVector.fromArray(F, m, at1 + 4 * mStep);
      x4 = FloatVector.fromArray(F, m, at2 + 4 * mStep).fma(sign, x4);
      FloatVector z4 = FloatVector.fromArray(F, m, at3 + 4 * mStep);
      x4 = FloatVector.fromArray(F, m, at4 + 4 * mStep).fma(sign, z4).fma(factor, x4);
      FloatVector x5 = FloatVector.fromArray(F, m, at1 + 5 * mStep);
      x5 = FloatVector.fromArray(F, m, at2 + 5 * mStep).fma(sign, x5);
      FloatVector z5 = FloatVector.fromArray(F, m, at3 + 5 * mStep);
      x5 = FloatVector.fromArray(F, m, at4 + 5 * mStep).fma(sign, z5).fma(factor, x5);
      FloatVector p = x1.add(x2);
      FloatVector q = x3.add(x4);
      FloatVector b = FloatVector.fromArray(F, bias, biasAt + c);
      FloatVector first = p.add(b);
      x0.add(first).add(q).intoArray(y, to);
      q.fma(four, first).intoArray(y, to + 2 * yColumn);
      q = x3.sub(x4);
      first = x1.sub(x2).add(b);
      q.fma(two, first).intoArray(y, to + yColumn);
      q.fma(eight, first).add(x5).intoArray(y, to + 3 * yColumn);
    }
  }

  /** Row 0 or 3: one row more is added, m0 or m5, which lies {@code extra} behind m0. */
  private static void outputOuter(float s, float f, int extra, float[] m, int mAt, int mStep, int channels,
      float[] bias, int biasAt, float[] y, int yAt, int yColumn) {
    int row = 6 * mStep;
    FloatVector sign = FloatVector.broadcast(F, s);
    FloatVector factor = FloatVector.broadcast(F, f);
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector eight = FloatVector.broadcast(F, 8f);
    for (int c = 0; c < channels; c += L) {
      int at1 = mAt + c + row;
      int at2 = at1 + row;
      int at3 = at2 + row;
      int at4 = at3 + row;
      int atExtra = mAt + c + extra;
      int to = yAt + c;
      FloatVector x0 = FloatVector.fromArray(F, m, at1);
      x0 = FloatVector.fromArray(F, m, at2).fma(sign, x0);
      FloatVector z0 = FloatVector.fromArray(F, m, at3);
      x0 = FloatVector.fromArray(F, m, at4).fma(sign, z0).fma(factor, x0);
      x0 = x0.add(FloatVector.fromArray(F, m, atExtra));
      FloatVector x1 = FloatVector.fromArray(F, m, at1 + mStep);
      x1 = FloatVector.fromArray(F, m, at2 + mStep).fma(sign, x1);
      FloatVector z1 = FloatVector.fromArray(F, m, at3 + mStep);
      x1 = FloatVector.fromArray(F, m, at4 + mStep).fma(sign, z1).fma(factor, x1);
      x1 = x1.add(FloatVector.fromArray(F, m, atExtra + mStep));
      FloatVector x2 = FloatVector.fromArray(F, m, at1 + 2 * mStep);
      x2 = FloatVector.fromArray(F, m, at2 + 2 * mStep).fma(sign, x2);
      FloatVector z2 = FloatVector.fromArray(F, m, at3 + 2 * mStep);
      x2 = FloatVector.fromArray(F, m, at4 + 2 * mStep).fma(sign, z2).fma(factor, x2);
      x2 = x2.add(FloatVector.fromArray(F, m, atExtra + 2 * mStep));
      FloatVector x3 = FloatVector.fromArray(F, m, at1 + 3 * mStep);
      x3 = FloatVector.fromArray(F, m, at2 + 3 * mStep).fma(sign, x3);
      FloatVector z3 = FloatVector.fromArray(F, m, at3 + 3 * mStep);
      x3 = FloatVector.fromArray(F, m, at4 + 3 * mStep).fma(sign, z3).fma(factor, x3);
      x3 = x3.add(FloatVector.fromArray(F, m, atExtra + 3 * mStep));
      FloatVector x4 = FloatVector.fromArray(F, m, at1 + 4 * mStep);
      x4 = FloatVector.fromArray(F, m, at2 + 4 * mStep).fma(sign, x4);
      FloatVector z4 = FloatVector.fromArray(F, m, at3 + 4 * mStep);
      x4 = FloatVector.fromArray(F, m, at4 + 4 * mStep).fma(sign, z4).fma(factor, x4);
      x4 = x4.add(FloatVector.fromArray(F, m, atExtra + 4 * mStep));
      FloatVector x5 = FloatVector.fromArray(F, m, at1 + 5 * mStep);
      x5 = FloatVector.fromArray(F, m, at2 + 5 * mStep).fma(sign, x5);
      FloatVector z5 = FloatVector.fromArray(F, m, at3 + 5 * mStep);
      x5 = FloatVector.fromArray(F, m, at4 + 5 * mStep).fma(sign, z5).fma(factor, x5);
      x5 = x5.add(FloatVector.fromArray(F, m, atExtra + 5 * mStep));
      FloatVector p = x1.add(x2);
      FloatVector q = x3.add(x4);
      FloatVector b = FloatVector.fromArray(F, bias, biasAt + c);
      FloatVector first = p.add(b);
      x0.add(first).add(q).intoArray(y, to);
      q.fma(four, first).intoArray(y, to + 2 * yColumn);
      q = x3.sub(x4);
      first = x1.sub(x2).add(b);
      q.fma(two, first).intoArray(y, to + yColumn);
      q.fma(eight, first).add(x5).intoArray(y, to + 3 * yColumn);
    }
  }

  /** {@code W = A g A^T}. */
  static void gradient(float[] g, int gAt, int gRow, int gColumn, int channels, float[] w, int wAt, int wStep) {
    gradientOuter(g, gAt, gColumn, channels, w, wAt, wStep);
    gradientInner(1f, 1f, 1f, g, gAt, gRow, gColumn, channels, w, wAt + 6 * wStep, wStep);
    gradientInner(-1f, 1f, -1f, g, gAt, gRow, gColumn, channels, w, wAt + 12 * wStep, wStep);
    gradientInner(2f, 4f, 8f, g, gAt, gRow, gColumn, channels, w, wAt + 18 * wStep, wStep);
    gradientInner(-2f, 4f, -8f, g, gAt, gRow, gColumn, channels, w, wAt + 24 * wStep, wStep);
    gradientOuter(g, gAt + 3 * gRow, gColumn, channels, w, wAt + 30 * wStep, wStep);
  }

  /** Row 0 or 5 of the result, which one row of g alone makes. */
  private static void gradientOuter(float[] g, int gAt, int gColumn, int channels, float[] w, int wAt, int wStep) {
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector minusTwo = FloatVector.broadcast(F, -2f);
    for (int c = 0; c < channels; c += L) {
      int at = gAt + c;
      int to = wAt + c;
      FloatVector x0 = FloatVector.fromArray(F, g, at);
      FloatVector x1 = FloatVector.fromArray(F, g, at + gColumn);
      FloatVector x2 = FloatVector.fromArray(F, g, at + 2 * gColumn);
      FloatVector x3 = FloatVector.fromArray(F, g, at + 3 * gColumn);
      x0.intoArray(w, to);
      FloatVector even = x0.add(x2);
      FloatVector odd = x1.add(x3);
      even.add(odd).intoArray(w, to + wStep);
      even.sub(odd).intoArray(w, to + 2 * wStep);
      even = x2.fma(four, x0);
      odd = x3.fma(four, x1);
      odd.fma(two, even).intoArray(w, to + 3 * wStep);
      odd.fma(minusTwo, even).intoArray(w, to + 4 * wStep);
      x3.intoArray(w, to + 5 * wStep);
    }
  }

  /** Row 1, 2, 3 or 4: {@code g0 + first g1 + second g2 + third g3}. */
  private static void gradientInner(float first, float second, float third, float[] g, int gAt, int gRow, int gColumn,
      int channels, float[] w, int wAt, int wStep) {
    FloatVector f1 = FloatVector.broadcast(F, first);
    FloatVector f2 = FloatVector.broadcast(F, second);
    FloatVector f3 = FloatVector.broadcast(F, third);
    FloatVector four = FloatVector.broadcast(F, 4f);
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector minusTwo = FloatVector.broadcast(F, -2f);
    for (int c = 0; c < channels; c += L) {
      int at0 = gAt + c;
      int at1 = at0 + gRow;
      int at2 = at1 + gRow;
      int at3 = at2 + gRow;
      int to = wAt + c;
      FloatVector x0 = FloatVector.fromArray(F, g, at0);
      x0 = FloatVector.fromArray(F, g, at2).fma(f2, x0);
      x0 = FloatVector.fromArray(F, g, at1).fma(f1, x0);
      x0 = FloatVector.fromArray(F, g, at3).fma(f3, x0);
      FloatVector x1 = FloatVector.fromArray(F, g, at0 + gColumn);
      x1 = FloatVector.fromArray(F, g, at2 + gColumn).fma(f2, x1);
      x1 = FloatVector.fromArray(F, g, at1 + gColumn).fma(f1, x1);
      x1 = FloatVector.fromArray(F, g, at3 + gColumn).fma(f3, x1);
      FloatVector x2 = FloatVector.fromArray(F, g, at0 + 2 * gColumn);
      x2 = FloatVector.fromArray(F, g, at2 + 2 * gColumn).fma(f2, x2);
      x2 = FloatVector.fromArray(F, g, at1 + 2 * gColumn).fma(f1, x2);
      x2 = FloatVector.fromArray(F, g, at3 + 2 * gColumn).fma(f3, x2);
      FloatVector x3 = FloatVector.fromArray(F, g, at0 + 3 * gColumn);
      x3 = FloatVector.fromArray(F, g, at2 + 3 * gColumn).fma(f2, x3);
      x3 = FloatVector.fromArray(F, g, at1 + 3 * gColumn).fma(f1, x3);
      x3 = FloatVector.fromArray(F, g, at3 + 3 * gColumn).fma(f3, x3);
      x0.intoArray(w, to);
      FloatVector even = x0.add(x2);
      FloatVector odd = x1.add(x3);
      even.add(odd).intoArray(w, to + wStep);
      even.sub(odd).intoArray(w, to + 2 * wStep);
      even = x2.fma(four, x0);
      odd = x3.fma(four, x1);
      odd.fma(two, even).intoArray(w, to + 3 * wStep);
      odd.fma(minusTwo, even).intoArray(w, to + 4 * wStep);
      x3.intoArray(w, to + 5 * wStep);
    }
  }
}
