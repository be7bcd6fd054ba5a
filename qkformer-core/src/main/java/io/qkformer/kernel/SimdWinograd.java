package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of Winograd's F(4x4, 3x3) for the channels of one tile; see {@link Winograd}.
 *
 * <p>A two-dimensional transform goes by rows of its result, one or two per method, so that what is alive fits the
 * registers and no intermediate is stored.
 */
final class SimdWinograd {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();

  private SimdWinograd() {}

  /** {@code V = B^T d B}; the channels are a multiple of {@link Panels#UNIT}. */
  static void input(float[] d, int dAt, int dRow, int dColumn, int channels, float[] v, int vAt, int vStep) {
    inputEdge(d, dAt, dRow, dColumn, channels, v, vAt, vStep);
    inputPair(4f, 1f, 4f, d, dAt, dRow, dColumn, channels, v, vAt + 6 * vStep, vStep);
    inputPair(1f, 2f, 2f, d, dAt, dRow, dColumn, channels, v, vAt + 18 * vStep, vStep);
    inputEdge(d, dAt + dRow, dRow, dColumn, channels, v, vAt + 30 * vStep, vStep);
  }

  /** Row 0 of the result, or row 5 when d starts one row lower: {@code 4 d0 - 5 d2 + d4}. */
  private static void inputEdge(float[] d, int dAt, int dRow, int dColumn, int channels, float[] v, int vAt,
      int vStep) {
    for (int c = 0; c < channels; c += L) {
      int at = dAt + c;
      FloatVector x0 = edge(d, at, dRow);
      FloatVector x1 = edge(d, at + dColumn, dRow);
      FloatVector x2 = edge(d, at + 2 * dColumn, dRow);
      FloatVector x3 = edge(d, at + 3 * dColumn, dRow);
      FloatVector x4 = edge(d, at + 4 * dColumn, dRow);
      FloatVector x5 = edge(d, at + 5 * dColumn, dRow);
      inputRow(x0, x1, x2, x3, x4, x5, v, vAt + c, vStep);
    }
  }

  private static FloatVector edge(float[] d, int at, int row) {
    return FloatVector.fromArray(F, d, at).mul(4f)
        .add(FloatVector.fromArray(F, d, at + 2 * row).fma(FloatVector.broadcast(F, -5f),
            FloatVector.fromArray(F, d, at + 4 * row)));
  }

  /** Rows 1 and 2, or 3 and 4: {@code (d4 - a d2) +- (b d3 - e d1)}. */
  private static void inputPair(float a, float b, float e, float[] d, int dAt, int dRow, int dColumn, int channels,
      float[] v, int vAt, int vStep) {
    for (int c = 0; c < channels; c += L) {
      int at = dAt + c;
      FloatVector e0 = even(a, d, at, dRow);
      FloatVector o0 = odd(b, e, d, at, dRow);
      at += dColumn;
      FloatVector e1 = even(a, d, at, dRow);
      FloatVector o1 = odd(b, e, d, at, dRow);
      at += dColumn;
      FloatVector e2 = even(a, d, at, dRow);
      FloatVector o2 = odd(b, e, d, at, dRow);
      at += dColumn;
      FloatVector e3 = even(a, d, at, dRow);
      FloatVector o3 = odd(b, e, d, at, dRow);
      at += dColumn;
      FloatVector e4 = even(a, d, at, dRow);
      FloatVector o4 = odd(b, e, d, at, dRow);
      at += dColumn;
      FloatVector e5 = even(a, d, at, dRow);
      FloatVector o5 = odd(b, e, d, at, dRow);
      inputRow(e0.add(o0), e1.add(o1), e2.add(o2), e3.add(o3), e4.add(o4), e5.add(o5), v, vAt + c, vStep);
      inputRow(e0.sub(o0), e1.sub(o1), e2.sub(o2), e3.sub(o3), e4.sub(o4), e5.sub(o5), v, vAt + c + 6 * vStep,
          vStep);
    }
  }

  private static FloatVector even(float a, float[] d, int at, int row) {
    return FloatVector.fromArray(F, d, at + 2 * row)
        .fma(FloatVector.broadcast(F, -a), FloatVector.fromArray(F, d, at + 4 * row));
  }

  private static FloatVector odd(float b, float e, float[] d, int at, int row) {
    return FloatVector.fromArray(F, d, at + row)
        .fma(FloatVector.broadcast(F, -e), FloatVector.fromArray(F, d, at + 3 * row).mul(b));
  }

  private static void inputRow(FloatVector x0, FloatVector x1, FloatVector x2, FloatVector x3, FloatVector x4,
      FloatVector x5, float[] v, int vAt, int vStep) {
    FloatVector minusFour = FloatVector.broadcast(F, -4f);
    FloatVector minusFive = FloatVector.broadcast(F, -5f);
    x0.mul(4f).add(x2.fma(minusFive, x4)).intoArray(v, vAt);
    FloatVector even = x2.fma(minusFour, x4);
    FloatVector odd = x1.fma(minusFour, x3);
    even.add(odd).intoArray(v, vAt + vStep);
    even.sub(odd).intoArray(v, vAt + 2 * vStep);
    even = x4.sub(x2);
    odd = x3.sub(x1).mul(2f);
    even.add(odd).intoArray(v, vAt + 3 * vStep);
    even.sub(odd).intoArray(v, vAt + 4 * vStep);
    x1.mul(4f).add(x3.fma(minusFive, x5)).intoArray(v, vAt + 5 * vStep);
  }

  /** {@code y = A^T m A + bias}. */
  static void output(float[] m, int mAt, int mStep, int channels, float[] bias, int biasAt, float[] y, int yAt,
      int yRow, int yColumn) {
    outputEven(m, mAt, mStep, channels, bias, biasAt, y, yAt, yRow, yColumn);
    outputOdd(m, mAt, mStep, channels, bias, biasAt, y, yAt + yRow, yRow, yColumn);
  }

  /** Rows 0 and 2: {@code m0 + (m1 + m2) + (m3 + m4)} and {@code (m1 + m2) + 4 (m3 + m4)}. */
  private static void outputEven(float[] m, int mAt, int mStep, int channels, float[] bias, int biasAt, float[] y,
      int yAt, int yRow, int yColumn) {
    FloatVector four = FloatVector.broadcast(F, 4f);
    int row = 6 * mStep;
    for (int c = 0; c < channels; c += L) {
      int at = mAt + c;
      FloatVector p0 = sum(m, at + row, row);
      FloatVector q0 = sum(m, at + 3 * row, row);
      FloatVector x0 = FloatVector.fromArray(F, m, at).add(p0).add(q0);
      FloatVector z0 = q0.fma(four, p0);
      at += mStep;
      FloatVector p1 = sum(m, at + row, row);
      FloatVector q1 = sum(m, at + 3 * row, row);
      FloatVector x1 = FloatVector.fromArray(F, m, at).add(p1).add(q1);
      FloatVector z1 = q1.fma(four, p1);
      at += mStep;
      FloatVector p2 = sum(m, at + row, row);
      FloatVector q2 = sum(m, at + 3 * row, row);
      FloatVector x2 = FloatVector.fromArray(F, m, at).add(p2).add(q2);
      FloatVector z2 = q2.fma(four, p2);
      at += mStep;
      FloatVector p3 = sum(m, at + row, row);
      FloatVector q3 = sum(m, at + 3 * row, row);
      FloatVector x3 = FloatVector.fromArray(F, m, at).add(p3).add(q3);
      FloatVector z3 = q3.fma(four, p3);
      at += mStep;
      FloatVector p4 = sum(m, at + row, row);
      FloatVector q4 = sum(m, at + 3 * row, row);
      FloatVector x4 = FloatVector.fromArray(F, m, at).add(p4).add(q4);
      FloatVector z4 = q4.fma(four, p4);
      at += mStep;
      FloatVector p5 = sum(m, at + row, row);
      FloatVector q5 = sum(m, at + 3 * row, row);
      FloatVector x5 = FloatVector.fromArray(F, m, at).add(p5).add(q5);
      FloatVector z5 = q5.fma(four, p5);
      FloatVector b = FloatVector.fromArray(F, bias, biasAt + c);
      outputRow(x0, x1, x2, x3, x4, x5, b, y, yAt + c, yColumn);
      outputRow(z0, z1, z2, z3, z4, z5, b, y, yAt + c + 2 * yRow, yColumn);
    }
  }

  /** Rows 1 and 3: {@code (m1 - m2) + 2 (m3 - m4)} and {@code (m1 - m2) + 8 (m3 - m4) + m5}. */
  private static void outputOdd(float[] m, int mAt, int mStep, int channels, float[] bias, int biasAt, float[] y,
      int yAt, int yRow, int yColumn) {
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector eight = FloatVector.broadcast(F, 8f);
    int row = 6 * mStep;
    for (int c = 0; c < channels; c += L) {
      int at = mAt + c;
      FloatVector p0 = difference(m, at + row, row);
      FloatVector q0 = difference(m, at + 3 * row, row);
      FloatVector x0 = q0.fma(two, p0);
      FloatVector z0 = q0.fma(eight, p0).add(FloatVector.fromArray(F, m, at + 5 * row));
      at += mStep;
      FloatVector p1 = difference(m, at + row, row);
      FloatVector q1 = difference(m, at + 3 * row, row);
      FloatVector x1 = q1.fma(two, p1);
      FloatVector z1 = q1.fma(eight, p1).add(FloatVector.fromArray(F, m, at + 5 * row));
      at += mStep;
      FloatVector p2 = difference(m, at + row, row);
      FloatVector q2 = difference(m, at + 3 * row, row);
      FloatVector x2 = q2.fma(two, p2);
      FloatVector z2 = q2.fma(eight, p2).add(FloatVector.fromArray(F, m, at + 5 * row));
      at += mStep;
      FloatVector p3 = difference(m, at + row, row);
      FloatVector q3 = difference(m, at + 3 * row, row);
      FloatVector x3 = q3.fma(two, p3);
      FloatVector z3 = q3.fma(eight, p3).add(FloatVector.fromArray(F, m, at + 5 * row));
      at += mStep;
      FloatVector p4 = difference(m, at + row, row);
      FloatVector q4 = difference(m, at + 3 * row, row);
      FloatVector x4 = q4.fma(two, p4);
      FloatVector z4 = q4.fma(eight, p4).add(FloatVector.fromArray(F, m, at + 5 * row));
      at += mStep;
      FloatVector p5 = difference(m, at + row, row);
      FloatVector q5 = difference(m, at + 3 * row, row);
      FloatVector x5 = q5.fma(two, p5);
      FloatVector z5 = q5.fma(eight, p5).add(FloatVector.fromArray(F, m, at + 5 * row));
      FloatVector b = FloatVector.fromArray(F, bias, biasAt + c);
      outputRow(x0, x1, x2, x3, x4, x5, b, y, yAt + c, yColumn);
      outputRow(z0, z1, z2, z3, z4, z5, b, y, yAt + c + 2 * yRow, yColumn);
    }
  }

  private static FloatVector sum(float[] m, int at, int row) {
    return FloatVector.fromArray(F, m, at).add(FloatVector.fromArray(F, m, at + row));
  }

  private static FloatVector difference(float[] m, int at, int row) {
    return FloatVector.fromArray(F, m, at).sub(FloatVector.fromArray(F, m, at + row));
  }

  private static void outputRow(FloatVector x0, FloatVector x1, FloatVector x2, FloatVector x3, FloatVector x4,
      FloatVector x5, FloatVector bias, float[] y, int yAt, int yColumn) {
    FloatVector p = x1.add(x2);
    FloatVector q = x3.add(x4);
    x0.add(p).add(q).add(bias).intoArray(y, yAt);
    q.fma(FloatVector.broadcast(F, 4f), p).add(bias).intoArray(y, yAt + 2 * yColumn);
    p = x1.sub(x2);
    q = x3.sub(x4);
    q.fma(FloatVector.broadcast(F, 2f), p).add(bias).intoArray(y, yAt + yColumn);
    q.fma(FloatVector.broadcast(F, 8f), p).add(x5).add(bias).intoArray(y, yAt + 3 * yColumn);
  }

  /** {@code W = A g A^T}. */
  static void gradient(float[] g, int gAt, int gRow, int gColumn, int channels, float[] w, int wAt, int wStep) {
    gradientEdge(g, gAt, gColumn, channels, w, wAt, wStep);
    gradientPair(1f, 1f, 1f, g, gAt, gRow, gColumn, channels, w, wAt + 6 * wStep, wStep);
    gradientPair(4f, 2f, 8f, g, gAt, gRow, gColumn, channels, w, wAt + 18 * wStep, wStep);
    gradientEdge(g, gAt + 3 * gRow, gColumn, channels, w, wAt + 30 * wStep, wStep);
  }

  /** Row 0 or 5 of the result, which one row of g alone makes. */
  private static void gradientEdge(float[] g, int gAt, int gColumn, int channels, float[] w, int wAt, int wStep) {
    for (int c = 0; c < channels; c += L) {
      int at = gAt + c;
      gradientRow(FloatVector.fromArray(F, g, at), FloatVector.fromArray(F, g, at + gColumn),
          FloatVector.fromArray(F, g, at + 2 * gColumn), FloatVector.fromArray(F, g, at + 3 * gColumn), w, wAt + c,
          wStep);
    }
  }

  /** Rows 1 and 2, or 3 and 4: {@code (g0 + a g2) +- (b g1 + e g3)}. */
  private static void gradientPair(float a, float b, float e, float[] g, int gAt, int gRow, int gColumn, int channels,
      float[] w, int wAt, int wStep) {
    for (int c = 0; c < channels; c += L) {
      int at = gAt + c;
      FloatVector e0 = gradientEven(a, g, at, gRow);
      FloatVector o0 = gradientOdd(b, e, g, at, gRow);
      at += gColumn;
      FloatVector e1 = gradientEven(a, g, at, gRow);
      FloatVector o1 = gradientOdd(b, e, g, at, gRow);
      at += gColumn;
      FloatVector e2 = gradientEven(a, g, at, gRow);
      FloatVector o2 = gradientOdd(b, e, g, at, gRow);
      at += gColumn;
      FloatVector e3 = gradientEven(a, g, at, gRow);
      FloatVector o3 = gradientOdd(b, e, g, at, gRow);
      gradientRow(e0.add(o0), e1.add(o1), e2.add(o2), e3.add(o3), w, wAt + c, wStep);
      gradientRow(e0.sub(o0), e1.sub(o1), e2.sub(o2), e3.sub(o3), w, wAt + c + 6 * wStep, wStep);
    }
  }

  private static FloatVector gradientEven(float a, float[] g, int at, int row) {
    return FloatVector.fromArray(F, g, at + 2 * row)
        .fma(FloatVector.broadcast(F, a), FloatVector.fromArray(F, g, at));
  }

  private static FloatVector gradientOdd(float b, float e, float[] g, int at, int row) {
    return FloatVector.fromArray(F, g, at + 3 * row)
        .fma(FloatVector.broadcast(F, e), FloatVector.fromArray(F, g, at + row).mul(b));
  }

  private static void gradientRow(FloatVector x0, FloatVector x1, FloatVector x2, FloatVector x3, float[] w, int wAt,
      int wStep) {
    x0.intoArray(w, wAt);
    FloatVector even = x0.add(x2);
    FloatVector odd = x1.add(x3);
    even.add(odd).intoArray(w, wAt + wStep);
    even.sub(odd).intoArray(w, wAt + 2 * wStep);
    even = x2.fma(FloatVector.broadcast(F, 4f), x0);
    odd = x3.fma(FloatVector.broadcast(F, 8f), x1.add(x1));
    even.add(odd).intoArray(w, wAt + 3 * wStep);
    even.sub(odd).intoArray(w, wAt + 4 * wStep);
    x3.intoArray(w, wAt + 5 * wStep);
  }
}
