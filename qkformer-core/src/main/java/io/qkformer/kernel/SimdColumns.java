package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over the rows of a tile and per-channel affine maps: batch normalization's forward and backward.
 *
 * <p>Products are rounded before they are added (no fused multiply-add), so that results equal the portable
 * ones bit for bit; these kernels run at memory speed anyway.
 */
final class SimdColumns {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();

  private SimdColumns() {}

  static void add(float[] x, int xOffset, float[] y, int yOffset, int n) {
    int j = 0;
    for (; j + L <= n; j += L) {
      FloatVector.fromArray(F, y, yOffset + j).add(FloatVector.fromArray(F, x, xOffset + j))
          .intoArray(y, yOffset + j);
    }
    for (; j < n; j++) {
      y[yOffset + j] += x[xOffset + j];
    }
  }

  static void sum(float[] x, int xOffset, int rows, int channels, float[] sum) {
    int c = 0;
    for (; c + 4 * L <= channels; c += 4 * L) {
      sum4(x, xOffset + c, rows, channels, sum, c);
    }
    for (; c + L <= channels; c += L) {
      sum1(x, xOffset + c, rows, channels, sum, c);
    }
    for (; c < channels; c++) {
      float s = sum[c];
      for (int r = 0; r < rows; r++) {
        s += x[xOffset + c + r * channels];
      }
      sum[c] = s;
    }
  }

  private static void sum4(float[] x, int at, int rows, int channels, float[] sum, int c) {
    FloatVector s0 = FloatVector.fromArray(F, sum, c);
    FloatVector s1 = FloatVector.fromArray(F, sum, c + L);
    FloatVector s2 = FloatVector.fromArray(F, sum, c + 2 * L);
    FloatVector s3 = FloatVector.fromArray(F, sum, c + 3 * L);
    for (int r = 0; r < rows; r++, at += channels) {
      s0 = s0.add(FloatVector.fromArray(F, x, at));
      s1 = s1.add(FloatVector.fromArray(F, x, at + L));
      s2 = s2.add(FloatVector.fromArray(F, x, at + 2 * L));
      s3 = s3.add(FloatVector.fromArray(F, x, at + 3 * L));
    }
    s0.intoArray(sum, c);
    s1.intoArray(sum, c + L);
    s2.intoArray(sum, c + 2 * L);
    s3.intoArray(sum, c + 3 * L);
  }

  private static void sum1(float[] x, int at, int rows, int channels, float[] sum, int c) {
    FloatVector s = FloatVector.fromArray(F, sum, c);
    for (int r = 0; r < rows; r++, at += channels) {
      s = s.add(FloatVector.fromArray(F, x, at));
    }
    s.intoArray(sum, c);
  }

  static void sumAndProducts(float[] g, int gOffset, float[] x, int xOffset, int rows, int channels,
      float[] centre, float[] sum, float[] dot, int to) {
    int whole = channels - channels % L;
    int row = 0;
    for (; row + 4 <= rows; row += 4) {
      products4(g, gOffset + row * channels, x, xOffset + row * channels, channels, whole, centre, sum, dot, to);
    }
    for (; row < rows; row++) {
      products1(g, gOffset + row * channels, x, xOffset + row * channels, whole, centre, sum, dot, to);
    }
    for (int c = whole; c < channels; c++) {
      float s = sum[to + c];
      float d = dot[to + c];
      for (int r = 0; r < rows; r++) {
        float value = g[gOffset + c + r * channels];
        s += value;
        d += value * (x[xOffset + c + r * channels] - centre[c]);
      }
      sum[to + c] = s;
      dot[to + c] = d;
    }
  }

  private static void products4(float[] g, int gAt, float[] x, int xAt, int channels, int whole, float[] centre, float[] sum,
      float[] dot, int to) {
    for (int c = 0; c < whole; c += L) {
      FloatVector m = FloatVector.fromArray(F, centre, c);
      FloatVector g0 = FloatVector.fromArray(F, g, gAt + c);
      FloatVector g1 = FloatVector.fromArray(F, g, gAt + c + channels);
      FloatVector g2 = FloatVector.fromArray(F, g, gAt + c + 2 * channels);
      FloatVector g3 = FloatVector.fromArray(F, g, gAt + c + 3 * channels);
      FloatVector d0 = FloatVector.fromArray(F, x, xAt + c).sub(m).mul(g0);
      FloatVector d1 = FloatVector.fromArray(F, x, xAt + c + channels).sub(m).mul(g1);
      FloatVector d2 = FloatVector.fromArray(F, x, xAt + c + 2 * channels).sub(m).mul(g2);
      FloatVector d3 = FloatVector.fromArray(F, x, xAt + c + 3 * channels).sub(m).mul(g3);
      FloatVector.fromArray(F, sum, to + c).add(g0).add(g1).add(g2).add(g3).intoArray(sum, to + c);
      FloatVector.fromArray(F, dot, to + c).add(d0).add(d1).add(d2).add(d3).intoArray(dot, to + c);
    }
  }

  private static void products1(float[] g, int gAt, float[] x, int xAt, int whole, float[] centre, float[] sum, float[] dot,
      int to) {
    for (int c = 0; c < whole; c += L) {
      FloatVector g0 = FloatVector.fromArray(F, g, gAt + c);
      FloatVector d0 = FloatVector.fromArray(F, x, xAt + c).sub(FloatVector.fromArray(F, centre, c)).mul(g0);
      FloatVector.fromArray(F, sum, to + c).add(g0).intoArray(sum, to + c);
      FloatVector.fromArray(F, dot, to + c).add(d0).intoArray(dot, to + c);
    }
  }

  static void normalize(float[] x, int xOffset, int rows, int channels, float[] centre, float[] scale,
      float[] shift, float[] y, int yOffset) {
    for (int r = 0; r < rows; r++) {
      normalizeRow(x, xOffset + r * channels, channels, centre, scale, shift, y, yOffset + r * channels);
    }
  }

  private static void normalizeRow(float[] x, int at, int channels, float[] centre, float[] scale, float[] shift,
      float[] y, int to) {
    int c = 0;
    for (; c + L <= channels; c += L) {
      FloatVector.fromArray(F, x, at + c).sub(FloatVector.fromArray(F, centre, c))
          .mul(FloatVector.fromArray(F, scale, c)).add(FloatVector.fromArray(F, shift, c)).intoArray(y, to + c);
    }
    for (; c < channels; c++) {
      y[to + c] = (x[at + c] - centre[c]) * scale[c] + shift[c];
    }
  }

  static void combine(float[] g, int gOffset, float[] x, int xOffset, int rows, int channels,
      float[] centre, float[] a, float[] b, float[] d, float[] y, int yOffset) {
    for (int r = 0; r < rows; r++) {
      int row = r * channels;
      combineRow(g, gOffset + row, x, xOffset + row, channels, centre, a, b, d, y, yOffset + row);
    }
  }

  private static void combineRow(float[] g, int gAt, float[] x, int xAt, int channels,
      float[] centre, float[] a, float[] b, float[] d, float[] y, int to) {
    int c = 0;
    for (; c + L <= channels; c += L) {
      FloatVector ag = FloatVector.fromArray(F, a, c).mul(FloatVector.fromArray(F, g, gAt + c));
      FloatVector bx = FloatVector.fromArray(F, b, c)
          .mul(FloatVector.fromArray(F, x, xAt + c).sub(FloatVector.fromArray(F, centre, c)));
      ag.add(bx).add(FloatVector.fromArray(F, d, c)).intoArray(y, to + c);
    }
    for (; c < channels; c++) {
      y[to + c] = a[c] * g[gAt + c] + b[c] * (x[xAt + c] - centre[c]) + d[c];
    }
  }
}
