package io.qkformer.kernel;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * Batch normalisation's passes over rows of channels. Sums run in float over some rows, around a centre near the mean,
 * and in double beyond, in a fixed order.
 */
public final class BatchNormalization {

  private static final int TILE_FLOATS = 1 << 14;
  /** Rows whose moments are summed in float, in groups of 8; sums of these are summed in double. */
  private static final int FLOAT_ROWS = 256;
  /** Rows whose mean is the first centre. */
  private static final int CENTRE_ROWS = 16;
  /** Rows that are combined at a time, or a multiple. */
  private static final int ROWS_AT_ONCE = 4;
  /** Partial sums of one map; their number depends on the shape alone. */
  private static final int PARTIALS = 64;

  private final Engine engine;
  private final long rows;
  private final int channels;
  private final int tileRows;

  /** Normalisation of a map of {@code rows} rows of {@code channels} channels. */
  public BatchNormalization(Engine engine, long rows, int channels) {
    this.engine = engine;
    this.rows = rows;
    this.channels = channels;
    this.tileRows = Math.max(1, TILE_FLOATS / channels);
  }

  /**
   * Mean and biased variance per channel.
   *
   * @param mean     receives the means
   * @param variance receives the variances
   */
  public void moments(Floats x, double[] mean, double[] variance) {
    int partials = partials(FLOAT_ROWS);
    double[] means = engine.pool().takeDoubles(partials * channels);
    double[] squares = engine.pool().takeDoubles(partials * channels);
    engine.workers().forEach(partials, (partial, scratch) ->
        moments(x, first(partial, partials), first(partial + 1, partials), means, squares, partial * channels, scratch));
    engine.workers().forColumns(channels, partials, (from, to, scratch) -> {
      int some = (int) (to - from);
      long count = 0;
      for (int partial = 0; partial < partials; partial++) {
        long own = first(partial + 1, partials) - first(partial, partials);
        count = merge(mean, variance, (int) from, count, means, squares, partial * channels + (int) from, own, some);
      }
      for (int c = (int) from; c < to; c++) {
        variance[c] /= rows;
      }
    });
    engine.pool().giveBack(means);
    engine.pool().giveBack(squares);
  }

  private long first(int partial, int partials) {
    return rows * partial / partials;
  }

  /**
   * Means and sums of squared deviations of the rows [from, to), in one pass: around the mean of the rows before, which is
   * no farther from theirs than some of the deviations that make up the result, so that little cancels.
   *
   * @param result where they begin in mean and squares
   */
  private void moments(Floats x, long from, long to, double[] mean, double[] squares, int result, Scratch scratch) {
    float[] centre = scratch.floats(0, channels);
    float[] sum = scratch.floats(1, channels);
    float[] few = scratch.floats(2, channels);
    double[] ownMean = scratch.doubles(0, channels);
    double[] ownSquares = scratch.doubles(1, channels);
    Arrays.fill(mean, result, result + channels, 0);
    Arrays.fill(squares, result, result + channels, 0);
    centre(x, from, (int) Math.min(FLOAT_ROWS, to - from), centre, sum, few);
    for (long row = from; row < to; row += FLOAT_ROWS) {
      int count = (int) Math.min(FLOAT_ROWS, to - row);
      int at = (int) row * channels;
      clear(sum);
      clear(few);
      if (!engine.kernels().maps().addMoments(x, at, count, channels, centre, sum, few)) {
        float[] tile = scratch.floats(3, count * channels);
        x.read(at, tile, 0, count * channels);
        engine.kernels().addMoments(tile, 0, count, channels, centre, sum, few);
      }
      double share = 1.0 / count;
      for (int c = 0; c < channels; c++) {
        double offset = sum[c] * share;
        ownMean[c] = centre[c] + offset;
        ownSquares[c] = Math.max(0, few[c] - sum[c] * offset);
        centre[c] = (float) ownMean[c];
      }
      merge(mean, squares, result, row - from, ownMean, ownSquares, 0, count, channels);
    }
  }

  /** The mean of some rows. A constant channel has exactly its value, and so no variance. */
  private void centre(Floats x, long from, int count, float[] centre, float[] sum, float[] row) {
    x.read(from * channels, centre, 0, channels);
    clear(sum);
    for (int i = 0; i < CENTRE_ROWS; i++) {
      x.read((from + (long) count * i / CENTRE_ROWS) * channels, row, 0, channels);
      for (int c = 0; c < channels; c++) {
        sum[c] += row[c] - centre[c];
      }
    }
    for (int c = 0; c < channels; c++) {
      centre[c] += sum[c] / CENTRE_ROWS;
    }
  }

  /** {@code y = (x - centre) * scale + shift} per channel. */
  public void apply(FloatSource x, float[] centre, float[] scale, float[] shift, Floats y) {
    engine.workers().forRanges(rows, tileRows, (from, to, scratch) -> {
      int n = (int) (to - from);
      float[] tile = scratch.floats(0, n * channels);
      x.read(from * channels, tile, 0, n * channels);
      engine.kernels().normalize(tile, 0, n, channels, centre, scale, shift, tile, 0);
      y.write(from * channels, tile, 0, n * channels);
    });
  }

  /**
   * Per channel {@code sum(g)} and {@code sum(g * (x - centre))}.
   *
   * @param sum receives the first
   * @param dot receives the second
   */
  public void gradientSums(Floats g, Floats x, float[] centre, double[] sum, double[] dot) {
    int partials = partials(tileRows);
    GradientSums sums = new GradientSums(engine, partials, centre);
    engine.workers().forEach(partials, (partial, scratch) -> forTiles(partial, partials, tileRows, (from, n) -> {
      float[] gTile = scratch.floats(0, n * channels);
      float[] xTile = scratch.floats(1, n * channels);
      g.read(from * channels, gTile, 0, n * channels);
      x.read(from * channels, xTile, 0, n * channels);
      sums.add(partial, gTile, 0, xTile, 0, n);
    }));
    sums.total(sum, dot);
  }

  /** {@code y = a * g + b * (x - centre) + d} per channel; y may be the array of g. */
  public void combine(Floats g, Floats x, float[] centre, float[] a, float[] b, float[] d, Floats y) {
    int grain = (tileRows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE * ROWS_AT_ONCE;
    engine.workers().forRanges(rows, grain, (from, to, scratch) -> {
      int n = (int) (to - from);
      if (engine.kernels().maps().combine(g, x, (int) from * channels, n, channels, centre, a, b, d, y)) {
        return;
      }
      float[] gTile = scratch.floats(0, n * channels);
      float[] xTile = scratch.floats(1, n * channels);
      g.read(from * channels, gTile, 0, n * channels);
      x.read(from * channels, xTile, 0, n * channels);
      engine.kernels().combine(gTile, 0, xTile, 0, n, channels, centre, a, b, d, gTile, 0);
      y.write(from * channels, gTile, 0, n * channels);
    });
  }

  private int partials(int most) {
    return Workers.evenParts(Math.min(PARTIALS, (rows + most - 1) / most));
  }

  private interface TileTask {
    void run(long firstRow, int rows);
  }

  private void forTiles(int partial, int partials, int most, TileTask task) {
    long tiles = (rows + most - 1) / most;
    long end = tiles * (partial + 1) / partials;
    for (long tile = tiles * partial / partials; tile < end; tile++) {
      long from = tile * most;
      task.run(from, (int) Math.min(most, rows - from));
    }
  }

  private void clear(float[] buffer) {
    Arrays.fill(buffer, 0, channels, 0f);
  }

  /** Chan, Golub, LeVeque: joins means and sums of squared deviations of two sets of rows, of some channels. */
  private static long merge(double[] mean, double[] squares, int at, long count, double[] otherMean, double[] otherSquares,
      int otherAt, long n, int channels) {
    long total = count + n;
    double share = (double) n / total;
    double between = count * share;
    for (int c = 0; c < channels; c++) {
      double delta = otherMean[otherAt + c] - mean[at + c];
      mean[at + c] += delta * share;
      squares[at + c] += otherSquares[otherAt + c] + delta * delta * between;
    }
    return total;
  }
}
