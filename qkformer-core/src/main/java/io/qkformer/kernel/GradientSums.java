package io.qkformer.kernel;

import java.util.Arrays;

/**
 * Per channel {@code sum(g)} and {@code sum(g * (x - centre))} over the rows of two maps, gathered tile by tile: in
 * float over a few rows, in double beyond, in an order that does not depend on the number of threads.
 */
public final class GradientSums {

  /** Rows that are summed in float. */
  private static final int FLOAT_ROWS = 16;

  private final Kernels kernels;
  private final float[] centre;
  private final double[][] sums;
  private final double[][] dots;
  private final float[][] fewSums;
  private final float[][] fewDots;

  /**
   * Sums without addends.
   *
   * @param partials how many threads may add at a time, each to a partial sum of its own
   */
  public GradientSums(Kernels kernels, int partials, float[] centre) {
    this.kernels = kernels;
    this.centre = centre;
    this.sums = new double[partials][centre.length];
    this.dots = new double[partials][centre.length];
    this.fewSums = new float[partials][centre.length];
    this.fewDots = new float[partials][centre.length];
  }

  /** Channels of a row. */
  public int channels() {
    return centre.length;
  }

  /** Adds the first {@code rows} rows of two tiles to a partial sum. */
  public void add(int partial, float[] g, float[] x, int rows) {
    int channels = centre.length;
    float[] sum = fewSums[partial];
    float[] dot = fewDots[partial];
    for (int row = 0; row < rows; row += FLOAT_ROWS) {
      Arrays.fill(sum, 0f);
      Arrays.fill(dot, 0f);
      kernels.addColumnsAndProducts(g, row * channels, x, row * channels, Math.min(FLOAT_ROWS, rows - row), channels,
          centre, sum, dot);
      addTo(sums[partial], sum);
      addTo(dots[partial], dot);
    }
  }

  private static void addTo(double[] total, float[] sum) {
    for (int c = 0; c < total.length; c++) {
      total[c] += sum[c];
    }
  }

  /** Adds all partial sums, in their order, to {@code sum} and {@code dot}. */
  public void total(double[] sum, double[] dot) {
    for (int partial = 0; partial < sums.length; partial++) {
      for (int c = 0; c < sum.length; c++) {
        sum[c] += sums[partial][c];
        dot[c] += dots[partial][c];
      }
    }
  }
}
