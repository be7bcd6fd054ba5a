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
  /** Rows in the sums in float. */
  private final int[] pending;

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
    this.pending = new int[partials];
  }

  /** Channels of a row. */
  public int channels() {
    return centre.length;
  }

  /** Adds {@code rows} rows of two tiles, from their offsets on, to a partial sum. */
  public void add(int partial, float[] g, int gOffset, float[] x, int xOffset, int rows) {
    int channels = centre.length;
    for (int row = 0; row < rows; ) {
      int count = Math.min(FLOAT_ROWS - pending[partial], rows - row);
      kernels.addColumnsAndProducts(g, gOffset + row * channels, x, xOffset + row * channels, count, channels, centre,
          fewSums[partial], fewDots[partial]);
      row += count;
      pending[partial] += count;
      if (pending[partial] == FLOAT_ROWS) {
        flush(partial);
      }
    }
  }

  private void flush(int partial) {
    kernels.addToDoubles(fewSums[partial], centre.length, sums[partial]);
    kernels.addToDoubles(fewDots[partial], centre.length, dots[partial]);
    Arrays.fill(fewSums[partial], 0f);
    Arrays.fill(fewDots[partial], 0f);
    pending[partial] = 0;
  }

  /** Adds all partial sums, in their order, to {@code sum} and {@code dot}. */
  public void total(double[] sum, double[] dot) {
    for (int partial = 0; partial < sums.length; partial++) {
      flush(partial);
      for (int c = 0; c < sum.length; c++) {
        sum[c] += sums[partial][c];
        dot[c] += dots[partial][c];
      }
    }
  }
}
