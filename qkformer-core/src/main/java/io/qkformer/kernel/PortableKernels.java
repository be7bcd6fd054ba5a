package io.qkformer.kernel;

import java.util.Arrays;

/** {@link Kernels} as plain loops over {@code float[]}, which the JIT compiler vectorises where it can. */
public final class PortableKernels implements Kernels {

  /** Columns that stay in the first-level cache while all rows of A pass. */
  private static final int COLUMN_BLOCK = 256;
  private static final int MAX_COUNT = 127;

  @Override
  public String name() {
    return "portable";
  }

  @Override
  public void multiply(int m, int n, int k, float[] a, int aOffset, int aRow, int aColumn,
      float[] b, int bOffset, int bRow, float[] start, int startOffset, int startRow, float[] c, int cOffset,
      int cRow) {
    for (int i = 0; i < m && start != c; i++) {
      System.arraycopy(start, startOffset + i * startRow, c, cOffset + i * cRow, n);
    }
    for (int j = 0; j < n; j += COLUMN_BLOCK) {
      int width = Math.min(COLUMN_BLOCK, n - j);
      int i = 0;
      for (; i + 4 <= m; i += 4) {
        for (int p = 0; p < k; p++) {
          int at = aOffset + i * aRow + p * aColumn;
          axpy4(a[at], a[at + aRow], a[at + 2 * aRow], a[at + 3 * aRow], b, bOffset + p * bRow + j,
              c, cOffset + i * cRow + j, cRow, width);
        }
      }
      for (; i < m; i++) {
        for (int p = 0; p < k; p++) {
          axpy(a[aOffset + i * aRow + p * aColumn], b, bOffset + p * bRow + j, c, cOffset + i * cRow + j, width);
        }
      }
    }
  }

  private static void axpy4(float a0, float a1, float a2, float a3, float[] b, int bOffset,
      float[] c, int cOffset, int cRow, int n) {
    int c1 = cOffset + cRow;
    int c2 = c1 + cRow;
    int c3 = c2 + cRow;
    for (int j = 0; j < n; j++) {
      float bj = b[bOffset + j];
      c[cOffset + j] += a0 * bj;
      c[c1 + j] += a1 * bj;
      c[c2 + j] += a2 * bj;
      c[c3 + j] += a3 * bj;
    }
  }

  private static void axpy(float factor, float[] b, int bOffset, float[] c, int cOffset, int n) {
    for (int j = 0; j < n; j++) {
      c[cOffset + j] += factor * b[bOffset + j];
    }
  }

  @Override
  public int countBits(float[] x, int xOffset, int n) {
    int bits = 0;
    int wrong = 0;
    for (int j = xOffset; j < xOffset + n; j++) {
      int count = (int) x[j];
      // compares bits, so that -0 and NaN differ
      wrong |= Float.floatToRawIntBits(count) ^ Float.floatToRawIntBits(x[j]);
      bits |= count;
    }
    return wrong != 0 || (bits & ~MAX_COUNT) != 0 ? -1 : bits;
  }

  @Override
  public void packPlane(float[] x, int xOffset, int n, int plane, long[] words, int wordOffset) {
    for (int base = 0; base < n; base += Long.SIZE) {
      long word = 0;
      int end = Math.min(Long.SIZE, n - base);
      for (int j = 0; j < end; j++) {
        word |= ((int) x[xOffset + base + j] >>> plane & 1L) << j;
      }
      words[wordOffset + base / Long.SIZE] = word;
    }
  }

  @Override
  public void unpackPlanes(long[] words, int wordOffset, int planeStep, int planes, float[] x, int xOffset, int n) {
    for (int j = 0; j < n; j++) {
      int count = 0;
      for (int plane = 0; plane < planes; plane++) {
        count |= (int) (words[wordOffset + plane * planeStep + (j >>> 6)] >>> j & 1) << plane;
      }
      x[xOffset + j] = count;
    }
  }

  @Override
  public void addSelectedRows(float[] w, int wOffset, int wRow, int columns, RowSelection selection, int list, float scale,
      float[] y, int yOffset, int yRow) {
    int first = list * RowSelection.SUMS;
    for (int index = first; index < first + selection.count(list); index++) {
      int at = yOffset + selection.places()[index] * yRow;
      for (long left = selection.words()[index]; left != 0; left &= left - 1) {
        int from = wOffset + Long.numberOfTrailingZeros(left) * wRow;
        for (int j = 0; j < columns; j++) {
          y[at + j] += scale * w[from + j];
        }
      }
    }
  }

  @Override
  public void add(float[] x, int xOffset, float[] y, int yOffset, int n) {
    for (int j = 0; j < n; j++) {
      y[yOffset + j] += x[xOffset + j];
    }
  }

  @Override
  public void addToDoubles(float[] x, int xOffset, int n, double[] y, int yOffset) {
    for (int j = 0; j < n; j++) {
      y[yOffset + j] += x[xOffset + j];
    }
  }

  @Override
  public void addColumns(float[] x, int xOffset, int rows, int channels, float[] sum) {
    for (int r = 0; r < rows; r++) {
      int at = xOffset + r * channels;
      for (int c = 0; c < channels; c++) {
        sum[c] += x[at + c];
      }
    }
  }

  @Override
  public void addMoments(float[] x, int xOffset, int rows, int channels, float[] centre, float[] sum,
      float[] squares) {
    int eighth = rows / 8;
    int step = eighth * channels;
    for (int r = 0; r < eighth; r++) {
      for (int c = 0; c < channels; c++) {
        int at = xOffset + r * channels + c;
        float m = centre[c];
        float d0 = x[at] - m;
        float d1 = x[at + step] - m;
        float d2 = x[at + 2 * step] - m;
        float d3 = x[at + 3 * step] - m;
        float d4 = x[at + 4 * step] - m;
        float d5 = x[at + 5 * step] - m;
        float d6 = x[at + 6 * step] - m;
        float d7 = x[at + 7 * step] - m;
        sum[c] += d0 + d1 + (d2 + d3) + (d4 + d5 + (d6 + d7));
        squares[c] += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3) + (d4 * d4 + d5 * d5 + (d6 * d6 + d7 * d7));
      }
    }
    for (int r = 8 * eighth; r < rows; r++) {
      for (int c = 0; c < channels; c++) {
        float d = x[xOffset + r * channels + c] - centre[c];
        sum[c] += d;
        squares[c] += d * d;
      }
    }
  }

  @Override
  public void normalize(float[] x, int xOffset, int rows, int channels, float[] centre, float[] scale,
      float[] shift, float[] y, int yOffset) {
    for (int r = 0; r < rows; r++) {
      int at = xOffset + r * channels;
      int to = yOffset + r * channels;
      for (int c = 0; c < channels; c++) {
        y[to + c] = (x[at + c] - centre[c]) * scale[c] + shift[c];
      }
    }
  }

  @Override
  public void addColumnsAndProducts(float[] g, int gOffset, float[] x, int xOffset, int rows, int channels,
      float[] centre, float[] sum, float[] dot, int to) {
    for (int r = 0; r < rows; r++) {
      int gAt = gOffset + r * channels;
      int xAt = xOffset + r * channels;
      for (int c = 0; c < channels; c++) {
        float value = g[gAt + c];
        sum[to + c] += value;
        dot[to + c] += value * (x[xAt + c] - centre[c]);
      }
    }
  }

  @Override
  public void combine(float[] g, int gOffset, float[] x, int xOffset, int rows, int channels,
      float[] centre, float[] a, float[] b, float[] d, float[] y, int yOffset) {
    for (int r = 0; r < rows; r++) {
      int row = r * channels;
      for (int c = 0; c < channels; c++) {
        y[yOffset + row + c] = a[c] * g[gOffset + row + c] + b[c] * (x[xOffset + row + c] - centre[c]) + d[c];
      }
    }
  }

  @Override
  public void fire(NeuronStep step, float[] x, int xOffset, float[] v, float[] h, int hOffset,
      float[] s, int sOffset, int n) {
    float rate = step.rate();
    float rest = step.resetTo();
    switch (step.charge()) {
      case DECAYED_INPUT -> {
        for (int j = 0; j < n; j++) {
          h[hOffset + j] = v[j] + (x[xOffset + j] - (v[j] - rest)) * rate;
        }
      }
      case RAW_INPUT -> {
        for (int j = 0; j < n; j++) {
          h[hOffset + j] = v[j] - (v[j] - rest) * rate + x[xOffset + j];
        }
      }
      case INTEGRATE -> {
        for (int j = 0; j < n; j++) {
          h[hOffset + j] = v[j] + x[xOffset + j];
        }
      }
    }
    float threshold = step.threshold();
    for (int j = 0; j < n; j++) {
      s[sOffset + j] = h[hOffset + j] >= threshold ? 1f : 0f;
    }
    if (step.reset() == NeuronStep.Reset.HARD) {
      for (int j = 0; j < n; j++) {
        v[j] = h[hOffset + j] >= threshold ? rest : h[hOffset + j];
      }
    } else {
      for (int j = 0; j < n; j++) {
        v[j] = h[hOffset + j] - s[sOffset + j] * threshold;
      }
    }
  }

  @Override
  public void firePacked(NeuronStep step, float[] x, int xOffset, float[] v, int vOffset, int n, long[] words,
      int wordAt) {
    Arrays.fill(words, wordAt, wordAt + (n + Long.SIZE - 1) / Long.SIZE, 0L);
    PackedNeuron.fire(step, x, xOffset, v, vOffset, 0, n, words, wordAt);
  }

  @Override
  public void fireBackward(NeuronStep step, float[] gs, int gsOffset, float[] h, int hOffset,
      float[] sg, int sgOffset, float[] carry, float[] gx, int gxOffset, int n) {
    float threshold = step.threshold();
    float gain = step.inputGain();
    float leak = step.leak();
    boolean hard = step.reset() == NeuronStep.Reset.HARD;
    float rest = step.resetTo();
    float through = step.resetGradient() == NeuronStep.ResetGradient.FULL ? 1f : 0f;
    for (int j = 0; j < n; j++) {
      float hj = h[hOffset + j];
      float derivative = sg[sgOffset + j];
      float e = hard
          ? (hj >= threshold ? 0f : 1f) + through * (rest - hj) * derivative
          : 1f - through * threshold * derivative;
      float gh = gs[gsOffset + j] * derivative + carry[j] * e;
      gx[gxOffset + j] = gh * gain;
      carry[j] = gh * leak;
    }
  }

  @Override
  public void sigmoidDerivative(float alpha, float threshold, float[] h, int hOffset,
      float[] sg, int sgOffset, int n) {
    for (int j = 0; j < n; j++) {
      // symmetric in u, so the exponent is never positive and cannot overflow
      float z = Math.abs(alpha * (h[hOffset + j] - threshold));
      float e = z > SIGMOID_REACH ? 0 : (float) Math.exp(-z);
      float d = 1f + e;
      sg[sgOffset + j] = alpha * e / (d * d);
    }
  }

  @Override
  public void maximum(float[] x, int xOffset, int tap, float[] best, int bestOffset,
      int[] argument, int argumentOffset, int n) {
    for (int j = 0; j < n; j++) {
      if (x[xOffset + j] > best[bestOffset + j]) {
        best[bestOffset + j] = x[xOffset + j];
        argument[argumentOffset + j] = tap;
      }
    }
  }

  @Override
  public void maximumOfThree(float[] x, int first, int second, int third, float[] y, int yOffset, int n) {
    for (int j = 0; j < n; j++) {
      float most = x[first + j];
      most = x[second + j] > most ? x[second + j] : most;
      y[yOffset + j] = x[third + j] > most ? x[third + j] : most;
    }
  }

  @Override
  public void addWhere(float[] g, int gOffset, int[] argument, int argumentOffset, int tap,
      float[] dx, int dxOffset, int n) {
    for (int j = 0; j < n; j++) {
      if (argument[argumentOffset + j] == tap) {
        dx[dxOffset + j] += g[gOffset + j];
      }
    }
  }

  @Override
  public void winogradInput(float[] d, int dOffset, int dRow, int dColumn, int channels, float[] v, int vOffset,
      int vStep) {
    WinogradTransforms.apply(WinogradTransforms.INPUT, d, dOffset, dRow, dColumn, channels, v, vOffset, 6 * vStep,
        vStep);
  }

  @Override
  public void winogradOutput(float[] m, int mOffset, int mStep, int channels, float[] bias, int biasOffset, float[] y,
      int yOffset, int yRow, int yColumn) {
    WinogradTransforms.apply(WinogradTransforms.OUTPUT, m, mOffset, 6 * mStep, mStep, channels, y, yOffset, yRow,
        yColumn);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        add(bias, biasOffset, y, yOffset + i * yRow + j * yColumn, channels);
      }
    }
  }

  @Override
  public void winogradGradient(float[] g, int gOffset, int gRow, int gColumn, int channels, float[] w, int wOffset,
      int wStep) {
    WinogradTransforms.apply(WinogradTransforms.GRADIENT, g, gOffset, gRow, gColumn, channels, w, wOffset, 6 * wStep,
        wStep);
  }

  @Override
  public void winogradKernel(float[] g, int gOffset, int gRow, int gColumn, int channels, float[] u, int uOffset,
      int uStep) {
    WinogradTransforms.apply(WinogradTransforms.KERNEL, g, gOffset, gRow, gColumn, channels, u, uOffset, 6 * uStep,
        uStep);
  }

  @Override
  public void winogradKernelGradient(float[] m, int mOffset, int mStep, int channels, float[] dg, int gOffset, int gRow,
      int gColumn) {
    WinogradTransforms.apply(WinogradTransforms.KERNEL_GRADIENT, m, mOffset, 6 * mStep, mStep, channels, dg, gOffset, gRow,
        gColumn);
  }
}
