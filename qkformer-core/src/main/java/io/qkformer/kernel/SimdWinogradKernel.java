package io.qkformer.kernel;

import static io.qkformer.kernel.SimdWinograd.POINTS;

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

  /** {@code dg = G^T m G}; overwrites m. */
  static void kernelGradient(float[] m, int mAt, int mStep, int channels, float[] dg, int gAt, int gRow, int gColumn) {
    int whole = channels / L * L;
    for (int c = 0; c < whole; c += SimdWinograd.GROUP) {
      int n = Math.min(SimdWinograd.GROUP, whole - c);
      gradient(POINTS, m, mAt + c, mStep, POINTS * mStep, n, m, mAt + c, mStep, POINTS * mStep);
      gradient(WinogradTiles.KERNEL, m, mAt + c, POINTS * mStep, mStep, n, dg, gAt + c, gRow, gColumn);
    }
    if (whole < channels) {
      WinogradTransforms.apply(WinogradTransforms.KERNEL_GRADIENT, m, mAt + whole, POINTS * mStep, mStep, channels - whole,
          dg, gAt + whole, gRow, gColumn);
    }
  }

  /** {@code y = G^T x} for some lines; x and y may be the same. */
  private static void gradient(int lines, float[] x, int xAt, int xLine, int xStep, int n, float[] y, int yAt, int yLine,
      int yStep) {
    FloatVector quarter = FloatVector.broadcast(F, 1 / 4f);
    FloatVector sixth = FloatVector.broadcast(F, 1 / 6f);
    FloatVector minusSixth = FloatVector.broadcast(F, -1 / 6f);
    FloatVector twelfth = FloatVector.broadcast(F, 1 / 12f);
    FloatVector twentyFourth = FloatVector.broadcast(F, 1 / 24f);
    for (int line = 0; line < lines; line++) {
      for (int c = 0; c < n; c += L) {
        int at = xAt + line * xLine + c;
        int to = yAt + line * yLine + c;
        FloatVector x0 = FloatVector.fromArray(F, x, at);
        FloatVector x1 = FloatVector.fromArray(F, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(F, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(F, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(F, x, at + 4 * xStep);
        FloatVector x5 = FloatVector.fromArray(F, x, at + 5 * xStep);
        FloatVector p = x1.add(x2).mul(minusSixth);
        FloatVector q = x3.add(x4);
        x0.fma(quarter, q.fma(twentyFourth, p)).intoArray(y, to);
        x2.sub(x1).fma(sixth, x3.sub(x4).mul(twelfth)).intoArray(y, to + yStep);
        q.fma(sixth, p).add(x5).intoArray(y, to + 2 * yStep);
      }
    }
  }
}
