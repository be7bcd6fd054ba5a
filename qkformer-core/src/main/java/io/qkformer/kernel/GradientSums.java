package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import java.util.Arrays;

/**
 * Per channel {@code sum(g)} and {@code sum(g * (x - centre))} over the rows of two maps, gathered tile by tile: in
 * float over a few rows, in double beyond, in an order that does not depend on the number of threads.
 */
public final class GradientSums {

  /** Rows that are summed in float. */
  private static final int FLOAT_ROWS = 32;
  private static final int UNTOUCHED = -1;

  private final Engine engine;
  private final float[] centre;
  /** {@code [partial][channel]}. */
  private final double[] sums;
  private final double[] dots;
  /** {@code [partial][channel]} from {@link Scratch#ALIGNED} on. */
  private final float[] fewSums;
  private final float[] fewDots;
  /** Rows in the sums in float; {@link #UNTOUCHED} where a partial sum holds arbitrary values still. */
  private final int[] pending;

  /**
   * Sums without addends, in memory of the engine's pool until {@link #total}.
   *
   * @param partials how many threads may add at a time, each to a partial sum of its own
   */
  public GradientSums(Engine engine, int partials, float[] centre) {
    this.engine = engine;
    this.centre = centre;
    int length = partials * centre.length;
    this.sums = engine.pool().takeDoubles(length);
    this.dots = engine.pool().takeDoubles(length);
    this.fewSums = engine.takeBuffer(length);
    this.fewDots = engine.takeBuffer(length);
    this.pending = new int[partials];
    Arrays.fill(pending, UNTOUCHED);
  }

  /** Clears a partial sum, on the thread that adds to it. */
  private void clear(int partial) {
    int from = partial * centre.length;
    int to = from + centre.length;
    Arrays.fill(sums, from, to, 0);
    Arrays.fill(dots, from, to, 0);
    Arrays.fill(fewSums, ALIGNED + from, ALIGNED + to, 0f);
    Arrays.fill(fewDots, ALIGNED + from, ALIGNED + to, 0f);
    pending[partial] = 0;
  }

  /** Channels of a row. */
  public int channels() {
    return centre.length;
  }

  /**
   * Adds {@code rows} rows of channels to a partial sum.
   *
   * @param gOffset index of the first float in g; {@code xOffset} that in x
   */
  public void add(int partial, float[] g, int gOffset, float[] x, int xOffset, int rows) {
    int channels = centre.length;
    int to = ALIGNED + partial * channels;
    if (pending[partial] == UNTOUCHED) {
      clear(partial);
    }
    for (int row = 0; row < rows; ) {
      int count = Math.min(FLOAT_ROWS - pending[partial], rows - row);
      engine.kernels().addColumnsAndProducts(g, gOffset + row * channels, x, xOffset + row * channels, count, channels, centre,
          fewSums, fewDots, to);
      row += count;
      pending[partial] += count;
      if (pending[partial] == FLOAT_ROWS) {
        flush(partial);
      }
    }
  }

  private void flush(int partial) {
    int channels = centre.length;
    int at = partial * channels;
    engine.kernels().addToDoubles(fewSums, ALIGNED + at, channels, sums, at);
    engine.kernels().addToDoubles(fewDots, ALIGNED + at, channels, dots, at);
    Arrays.fill(fewSums, ALIGNED + at, ALIGNED + at + channels, 0f);
    Arrays.fill(fewDots, ALIGNED + at, ALIGNED + at + channels, 0f);
    pending[partial] = 0;
  }

  /** Adds all partial sums, in their order, to {@code sum} and {@code dot}, and ends them: nothing is added any more. */
  public void total(double[] sum, double[] dot) {
    engine.workers().forColumns(centre.length, pending.length, (from, to, scratch) -> {
      for (int partial = 0; partial < pending.length; partial++) {
        if (pending[partial] == UNTOUCHED) {
          continue;
        }
        int at = partial * centre.length;
        for (int c = (int) from; c < to; c++) {
          sum[c] += sums[at + c] + fewSums[ALIGNED + at + c];
          dot[c] += dots[at + c] + fewDots[ALIGNED + at + c];
        }
      }
    });
    engine.pool().giveBack(sums);
    engine.pool().giveBack(dots);
    engine.giveBack(fewSums);
    engine.giveBack(fewDots);
  }
}
