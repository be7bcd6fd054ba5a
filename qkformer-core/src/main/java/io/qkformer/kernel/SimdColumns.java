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
    int c = 0;
    for (; c + 2 * L <= channels; c += 2 * L) {
      products2(g, gOffset + c, x, xOffset + c, rows, channels, centre, c, sum, dot, to + c);
    }
    for (; c + L <= channels; c += L) {
      products1(g, gOffset + c, x, xOffset + c, rows, channels, centre, c, sum, dot, to + c);
    }
    for (; c < channels; c++) {
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

  private static void products2(float[] g, int gAt, float[] x, int xAt, int rows, int channels,
      float[] centre, int c, float[] sum, float[] dot, int to) {
    FloatVector m0 = FloatVector.fromArray(F, centre, c);
    FloatVector m1 = FloatVector.fromArray(F, centre, c + L);
    FloatVector s0 = FloatVector.fromArray(F, sum, to);
    FloatVector s1 = FloatVector.fromArray(F, sum, to + L);
    FloatVector d0 = FloatVector.fromArray(F, dot, to);
    FloatVector d1 = FloatVector.fromArray(F, dot, to + L);
    for (int r = 0; r < rows; r++, gAt += channels, xAt += channels) {
      FloatVector g0 = FloatVector.fromArray(F, g, gAt);
      FloatVector g1 = FloatVector.fromArray(F, g, gAt + L);
      s0 = s0.add(g0);
      s1 = s1.add(g1);
      d0 = d0.add(FloatVector.fromArray(F, x, xAt).sub(m0).mul(g0));
      d1 = d1.add(FloatVector.fromArray(F, x, xAt + L).sub(m1).mul(g1));
    }
    s0.intoArray(sum, to);
    s1.intoArray(sum, to + L);
    d0.intoArray(dot, to);
    d1.intoArray(dot, to + L);
  }

  private static void products1(float[] g, int gAt, float[] x, int xAt, int rows, int channels,
      float[] centre, int c, float[] sum, float[] dot, int to) {
    FloatVector m = FloatVector.fromArray(F, centre, c);
    FloatVector s = FloatVector.fromArray(F, sum, to);
    FloatVector d = FloatVector.fromArray(F, dot, to);
    for (int r = 0; r < rows; r++, gAt += channels, xAt += channels) {
      FloatVector value = FloatVector.fromArray(F, g, gAt);
      s = s.add(value);
      d = d.add(FloatVector.fromArray(F, x, xAt).sub(m).mul(value));
    }
    s.intoArray(sum, to);
    d.intoArray(dot, to);
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
