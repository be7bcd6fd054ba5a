package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of Winograd's F(4x4, 3x3) that concern the 3x3 kernel, for one input channel and a row of output
 * channels; see {@link SimdWinograd} for why the methods look as they do.
 */
final class SimdWinogradKernel {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();

  private SimdWinogradKernel() {}

  /** {@code U = G g G^T}. */
  static void kernel(float[] g, int gAt, int gRow, int gColumn, int channels, float[] u, int uAt, int uStep) {
    int whole = channels / L * L;
    kernelRow(1 / 4f, 0f, 0f, g, gAt, gRow, gColumn, whole, u, uAt, uStep);
    kernelRow(-1 / 6f, -1 / 6f, -1 / 6f, g, gAt, gRow, gColumn, whole, u, uAt + 6 * uStep, uStep);
    kernelRow(-1 / 6f, 1 / 6f, -1 / 6f, g, gAt, gRow, gColumn, whole, u, uAt + 12 * uStep, uStep);
    kernelRow(1 / 24f, 1 / 12f, 1 / 6f, g, gAt, gRow, gColumn, whole, u, uAt + 18 * uStep, uStep);
    kernelRow(1 / 24f, -1 / 12f, 1 / 6f, g, gAt, gRow, gColumn, whole, u, uAt + 24 * uStep, uStep);
    kernelRow(0f, 0f, 1f, g, gAt, gRow, gColumn, whole, u, uAt + 30 * uStep, uStep);
    if (whole < channels) {
      WinogradTransforms.apply(WinogradTransforms.KERNEL, g, gAt + whole, gRow, gColumn, channels - whole, u, uAt + whole,
          6 * uStep, uStep);
    }
  }

  /** A row of the result, of which G's row is {@code (first, second, third)}. */
  private static void kernelRow(float first, float second, float third, float[] g, int gAt, int gRow, int gColumn,
      int channels, float[] u, int uAt, int uStep) {
    FloatVector f0 = FloatVector.broadcast(F, first);
    FloatVector f1 = FloatVector.broadcast(F, second);
    FloatVector f2 = FloatVector.broadcast(F, third);
    FloatVector quarter = FloatVector.broadcast(F, 1 / 4f);
    FloatVector sixth = FloatVector.broadcast(F, 1 / 6f);
    FloatVector minusSixth = FloatVector.broadcast(F, -1 / 6f);
    FloatVector twelfth = FloatVector.broadcast(F, 1 / 12f);
    FloatVector twentyFourth = FloatVector.broadcast(F, 1 / 24f);
    for (int c = 0; c < channels; c += L) {
      int at0 = gAt + c;
      int at1 = at0 + gRow;
      int at2 = at1 + gRow;
      int to = uAt + c;
      FloatVector x0 = FloatVector.fromArray(F, g, at0).mul(f0);
      x0 = FloatVector.fromArray(F, g, at1).fma(f1, x0);
      x0 = FloatVector.fromArray(F, g, at2).fma(f2, x0);
      FloatVector x1 = FloatVector.fromArray(F, g, at0 + gColumn).mul(f0);
      x1 = FloatVector.fromArray(F, g, at1 + gColumn).fma(f1, x1);
      x1 = FloatVector.fromArray(F, g, at2 + gColumn).fma(f2, x1);
      FloatVector x2 = FloatVector.fromArray(F, g, at0 + 2 * gColumn).mul(f0);
      x2 = FloatVector.fromArray(F, g, at1 + 2 * gColumn).fma(f1, x2);
      x2 = FloatVector.fromArray(F, g, at2 + 2 * gColumn).fma(f2, x2);
      x0.mul(quarter).intoArray(u, to);
      FloatVector even = x0.add(x2).mul(minusSixth);
      FloatVector odd = x1.mul(sixth);
      even.sub(odd).intoArray(u, to + uStep);
      even.add(odd).intoArray(u, to + 2 * uStep);
      even = x0.fma(twentyFourth, x2.mul(sixth));
      odd = x1.mul(twelfth);
      even.add(odd).intoArray(u, to + 3 * uStep);
      even.sub(odd).intoArray(u, to + 4 * uStep);
      x2.intoArray(u, to + 5 * uStep);
    }
  }

  /** {@code dg = G^T m G}. */
  static void kernelGradient(float[] m, int mAt, int mStep, int channels, float[] dg, int gAt, int gRow, int gColumn) {
    int whole = channels / L * L;
    gradientOuter(1 / 4f, -1 / 6f, 1 / 24f, 0, m, mAt, mStep, whole, dg, gAt, gColumn);
    gradientInner(m, mAt, mStep, whole, dg, gAt + gRow, gColumn);
    gradientOuter(1f, -1 / 6f, 1 / 6f, 30 * mStep, m, mAt, mStep, whole, dg, gAt + 2 * gRow, gColumn);
    if (whole < channels) {
      WinogradTransforms.apply(WinogradTransforms.KERNEL_GRADIENT, m, mAt + whole, 6 * mStep, mStep, channels - whole, dg,
          gAt + whole, gRow, gColumn);
    }
  }

  /** Row 0 or 2: {@code e m0 + s (m1 + m2) + f (m3 + m4)}, m5 in place of m0, which lies {@code extra} behind it. */
  private static void gradientOuter(float e, float s, float f, int extra, float[] m, int mAt, int mStep, int channels,
      float[] dg, int gAt, int gColumn) {
    int row = 6 * mStep;
    FloatVector outer = FloatVector.broadcast(F, e);
    FloatVector near = FloatVector.broadcast(F, s);
    FloatVector far = FloatVector.broadcast(F, f);
    FloatVector quarter = FloatVector.broadcast(F, 1 / 4f);
    FloatVector sixth = FloatVector.broadcast(F, 1 / 6f);
    FloatVector minusSixth = FloatVector.broadcast(F, -1 / 6f);
    FloatVector twelfth = FloatVector.broadcast(F, 1 / 12f);
    FloatVector twentyFourth = FloatVector.broadcast(F, 1 / 24f);
    for (int c = 0; c < channels; c += L) {
      int at1 = mAt + c + row;
      int at2 = at1 + row;
      int at3 = at2 + row;
      int at4 = at3 + row;
      int atExtra = mAt + c + extra;
      int to = gAt + c;
      FloatVector x0 = FloatVector.fromArray(F, m, at1).add(FloatVector.fromArray(F, m, at2)).mul(near);
      x0 = FloatVector.fromArray(F, m, at3).add(FloatVector.fromArray(F, m, at4)).fma(far, x0);
      x0 = FloatVector.fromArray(F, m, atExtra).fma(outer, x0);
      FloatVector x1 = FloatVector.fromArray(F, m, at1 + mStep).add(FloatVector.fromArray(F, m, at2 + mStep)).mul(near);
      x1 = FloatVector.fromArray(F, m, at3 + mStep).add(FloatVector.fromArray(F, m, at4 + mStep)).fma(far, x1);
      x1 = FloatVector.fromArray(F, m, atExtra + mStep).fma(outer, x1);
      int step = 2 * mStep;
      FloatVector x2 = FloatVector.fromArray(F, m, at1 + step).add(FloatVector.fromArray(F, m, at2 + step)).mul(near);
      x2 = FloatVector.fromArray(F, m, at3 + step).add(FloatVector.fromArray(F, m, at4 + step)).fma(far, x2);
      x2 = FloatVector.fromArray(F, m, atExtra + step).fma(outer, x2);
      step = 3 * mStep;
      FloatVector x3 = FloatVector.fromArray(F, m, at1 + step).add(FloatVector.fromArray(F, m, at2 + step)).mul(near);
      x3 = FloatVector.fromArray(F, m, at3 + step).add(FloatVector.fromArray(F, m, at4 + step)).fma(far, x3);
      x3 = FloatVector.fromArray(F, m, atExtra + step).fma(outer, x3);
      step = 4 * mStep;
      FloatVector x4 = FloatVector.fromArray(F, m, at1 + step).add(FloatVector.fromArray(F, m, at2 + step)).mul(near);
      x4 = FloatVector.fromArray(F, m, at3 + step).add(FloatVector.fromArray(F, m, at4 + step)).fma(far, x4);
      x4 = FloatVector.fromArray(F, m, atExtra + step).fma(outer, x4);
      step = 5 * mStep;
      FloatVector x5 = FloatVector.fromArray(F, m, at1 + step).add(FloatVector.fromArray(F, m, at2 + step)).mul(near);
      x5 = FloatVector.fromArray(F, m, at3 + step).add(FloatVector.fromArray(F, m, at4 + step)).fma(far, x5);
      x5 = FloatVector.fromArray(F, m, atExtra + step).fma(outer, x5);
      FloatVector p = x1.add(x2).mul(minusSixth);
      FloatVector q = x3.add(x4);
      x0.fma(quarter, q.fma(twentyFourth, p)).intoArray(dg, to);
      q.fma(sixth, p).add(x5).intoArray(dg, to + 2 * gColumn);
      x2.sub(x1).fma(sixth, x3.sub(x4).mul(twelfth)).intoArray(dg, to + gColumn);
    }
  }

  /** Row 1: {@code (m2 - m1) / 6 + (m3 - m4) / 12}. */
  private static void gradientInner(float[] m, int mAt, int mStep, int channels, float[] dg, int gAt, int gColumn) {
    int row = 6 * mStep;
    FloatVector quarter = FloatVector.broadcast(F, 1 / 4f);
    FloatVector sixth = FloatVector.broadcast(F, 1 / 6f);
    FloatVector minusSixth = FloatVector.broadcast(F, -1 / 6f);
    FloatVector twelfth = FloatVector.broadcast(F, 1 / 12f);
    FloatVector twentyFourth = FloatVector.broadcast(F, 1 / 24f);
    for (int c = 0; c < channels; c += L) {
      int at1 = mAt + c + row;
      int at2 = at1 + row;
      int at3 = at2 + row;
      int at4 = at3 + row;
      int to = gAt + c;
      FloatVector x0 = FloatVector.fromArray(F, m, at2).sub(FloatVector.fromArray(F, m, at1)).mul(sixth);
      x0 = FloatVector.fromArray(F, m, at3).sub(FloatVector.fromArray(F, m, at4)).fma(twelfth, x0);
      FloatVector x1 = FloatVector.fromArray(F, m, at2 + mStep).sub(FloatVector.fromArray(F, m, at1 + mStep)).mul(sixth);
      x1 = FloatVector.fromArray(F, m, at3 + mStep).sub(FloatVector.fromArray(F, m, at4 + mStep)).fma(twelfth, x1);
      int step = 2 * mStep;
      FloatVector x2 = FloatVector.fromArray(F, m, at2 + step).sub(FloatVector.fromArray(F, m, at1 + step)).mul(sixth);
      x2 = FloatVector.fromArray(F, m, at3 + step).sub(FloatVector.fromArray(F, m, at4 + step)).fma(twelfth, x2);
      step = 3 * mStep;
      FloatVector x3 = FloatVector.fromArray(F, m, at2 + step).sub(FloatVector.fromArray(F, m, at1 + step)).mul(sixth);
      x3 = FloatVector.fromArray(F, m, at3 + step).sub(FloatVector.fromArray(F, m, at4 + step)).fma(twelfth, x3);
      step = 4 * mStep;
      FloatVector x4 = FloatVector.fromArray(F, m, at2 + step).sub(FloatVector.fromArray(F, m, at1 + step)).mul(sixth);
      x4 = FloatVector.fromArray(F, m, at3 + step).sub(FloatVector.fromArray(F, m, at4 + step)).fma(twelfth, x4);
      step = 5 * mStep;
      FloatVector x5 = FloatVector.fromArray(F, m, at2 + step).sub(FloatVector.fromArray(F, m, at1 + step)).mul(sixth);
      x5 = FloatVector.fromArray(F, m, at3 + step).sub(FloatVector.fromArray(F, m, at4 + step)).fma(twelfth, x5);
      FloatVector p = x1.add(x2).mul(minusSixth);
      FloatVector q = x3.add(x4);
      x0.fma(quarter, q.fma(twentyFourth, p)).intoArray(dg, to);
      q.fma(sixth, p).add(x5).intoArray(dg, to + 2 * gColumn);
      x2.sub(x1).fma(sixth, x3.sub(x4).mul(twelfth)).intoArray(dg, to + gColumn);
    }
  }
}
