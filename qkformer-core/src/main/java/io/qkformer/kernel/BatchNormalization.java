package io.qkformer.kernel;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * Batch normalisation's passes over rows of channels. Sums run in float over a tile, around a centre near the mean,
 * and in double across tiles, in a fixed order.
 */
public final class BatchNormalization {

  private static final int TILE_FLOATS = 1 << 14;
  /** Rows of the least tile whose moments are merged: merging takes as long as a few rows. */
  private static final int MOMENT_ROWS = 64;
  /** Rows that are summed in float; sums of these are summed in double. */
  private static final int FLOAT_ROWS = 16;
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
  public void moments(FloatSource x, double[] mean, double[] variance) {
    int most = Math.max(tileRows, MOMENT_ROWS);
    int partials = partials(most);
    double[][] means = new double[partials][channels];
    double[][] squares = new double[partials][channels];
    long[] counts = new long[partials];
    engine.workers().forEach(partials, (partial, scratch) -> {
      double[] tileMean = new double[channels];
      double[] tileSquares = new double[channels];
      forTiles(partial, partials, most, (from, n) -> {
        float[] tile = scratch.floats(0, n * channels);
        x.read(from * channels, tile, 0, n * channels);
        float[] centre = scratch.floats(1, channels);
        // around the first row, so that a constant channel has exactly its value as mean and no variance
        System.arraycopy(tile, 0, centre, 0, channels);
        Arrays.fill(tileMean, 0);
        Arrays.fill(tileSquares, 0);
        float[] sum = scratch.floats(2, channels);
        for (int row = 0; row < n; row += FLOAT_ROWS) {
          clear(sum);
          engine.kernels().addDeviations(tile, row * channels, Math.min(FLOAT_ROWS, n - row), channels, centre, sum);
          engine.kernels().addToDoubles(sum, channels, tileMean);
        }
        for (int c = 0; c < channels; c++) {
          tileMean[c] = centre[c] + tileMean[c] / n;
          centre[c] = (float) tileMean[c];
        }
        for (int row = 0; row < n; row += FLOAT_ROWS) {
          clear(sum);
          engine.kernels().addSquaredDeviations(tile, row * channels, Math.min(FLOAT_ROWS, n - row), channels, centre,
              sum);
          engine.kernels().addToDoubles(sum, channels, tileSquares);
        }
        counts[partial] = merge(means[partial], squares[partial], counts[partial], tileMean, tileSquares, n);
      });
    });
    long count = 0;
    for (int partial = 0; partial < partials; partial++) {
      count = merge(mean, variance, count, means[partial], squares[partial], counts[partial]);
    }
    for (int c = 0; c < channels; c++) {
      variance[c] /= rows;
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
  public void gradientSums(FloatSource g, FloatSource x, float[] centre, double[] sum, double[] dot) {
    int partials = partials(tileRows);
    GradientSums sums = new GradientSums(engine.kernels(), partials, centre);
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
  public void combine(FloatSource g, FloatSource x, float[] centre, float[] a, float[] b, float[] d, Floats y) {
    engine.workers().forRanges(rows, tileRows, (from, to, scratch) -> {
      int n = (int) (to - from);
      float[] gTile = scratch.floats(0, n * channels);
      float[] xTile = scratch.floats(1, n * channels);
      g.read(from * channels, gTile, 0, n * channels);
      x.read(from * channels, xTile, 0, n * channels);
      engine.kernels().combine(gTile, 0, xTile, 0, n, channels, centre, a, b, d, gTile, 0);
      y.write(from * channels, gTile, 0, n * channels);
    });
  }

  private int partials(int most) {
    return (int) Math.min(PARTIALS, (rows + most - 1) / most);
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

  /** Chan, Golub, LeVeque: joins means and sums of squared deviations of two sets of rows. */
  private long merge(double[] mean, double[] squares, long count, double[] otherMean, double[] otherSquares, long n) {
    long total = count + n;
    double share = (double) n / total;
    double between = count * share;
    for (int c = 0; c < channels; c++) {
      double delta = otherMean[c] - mean[c];
      mean[c] += delta * share;
      squares[c] += otherSquares[c] + delta * delta * between;
    }
    return total;
  }
}
