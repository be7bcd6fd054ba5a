package io.qkformer.kernel;

import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * Per channel {@code sum(g)} and {@code sum(g * (x - centre))} over the rows of two maps, gathered tile by tile: in
 * float over a few rows, in double beyond, in an order that does not depend on the number of threads.
 */
public final class GradientSums {

  /** Rows that are summed in float. */
  private static final int FLOAT_ROWS = 16;
  /** Slots of the scratch memory, those that its other users leave free. */
  private static final int G = 10;
  private static final int X = 11;

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

  /**
   * Adds {@code rows} rows of two maps to a partial sum.
   *
   * @param gOffset index of the first float in g; {@code xOffset} that in x
   */
  public void add(int partial, Floats g, int gOffset, Floats x, int xOffset, int rows, Scratch scratch) {
    int channels = centre.length;
    for (int row = 0; row < rows; ) {
      int count = Math.min(FLOAT_ROWS - pending[partial], rows - row);
      int gRow = gOffset + row * channels;
      int xRow = xOffset + row * channels;
      if (!kernels.maps().addColumnsAndProducts(g, gRow, x, xRow, count, channels, centre, fewSums[partial],
          fewDots[partial])) {
        float[] gTile = scratch.floats(G, count * channels);
        float[] xTile = scratch.floats(X, count * channels);
        g.read(gRow, gTile, 0, count * channels);
        x.read(xRow, xTile, 0, count * channels);
        kernels.addColumnsAndProducts(gTile, 0, xTile, 0, count, channels, centre, fewSums[partial], fewDots[partial]);
      }
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
