package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;
import static io.qkformer.kernel.WinogradTiles.KERNEL;
import static io.qkformer.kernel.WinogradTiles.OUT;
import static io.qkformer.kernel.WinogradTiles.POINTS;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * 3x3 convolution of stride 1 by Winograd's minimal filtering F(4x4, 3x3): 36 products for 16 outputs instead of 144
 * (Lavin and Gray, arXiv 1509.09308).
 *
 * <p>{@code Y = A^T [sum over in (G g G^T) * (B^T d B)] A} for each 4x4 tile of the output. The sum at each of the 36
 * points is a matrix product over many tiles. Rounds differently from the direct sum: some 1e-6 of the largest value.
 */
final class Winograd {

  /** Tiles whose products are computed together: enough to pass the weights from the third-level cache rarely. */
  private static final int BLOCK_TILES = 32;
  /** The same where there are {@link #MANY_WEIGHTS}. */
  private static final int MORE_TILES = 64;
  /** Weights of a point that take longer to fetch than what 32 tiles take from the second-level cache; measured. */
  private static final int MANY_WEIGHTS = 36_000;
  /** Channels from which on transformed tiles lie a constant step apart: with 64 that took longer, measured. */
  private static final int LEAST_CHANNELS_OF_ROWS = 96;
  /** Into how many strips of output channels the transformed weights are cut where they would exceed the maps. */
  private static final int STRIPS = 4;
  /** Points lie this much further apart than they must, so that they do not compete for one set of the cache. */
  private static final int SKEW = 16;

  private static final int OUTPUT = 2;
  private static final int TRANSFORMED = 4;
  private static final int PRODUCTS = 5;
  private static final int START = 7;
  private static final int EMPTY = 0;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final WinogradTiles tiles;
  private final Strip whole;

  Winograd(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.tiles = new WinogradTiles(shape);
    this.whole = new Strip(0, new Panels(shape.inChannels(), shape.outChannels()));
  }

  /** Some output channels, and how their weights lie at each point. */
  private record Strip(int first, Panels weights) {
  }

  /** Whether a convolution has the form that this algorithm computes. */
  static boolean computes(ConvolutionShape shape) {
    return shape.kernel() == KERNEL && shape.stride() == 1 && shape.padding() == 1;
  }

  /** Floats of the transformed weights. */
  int transformedLength() {
    return POINTS * whole.weights.length();
  }

  /**
   * Transforms the weights for {@link #forward(FloatSource, float[], float[], Floats, int[])}.
   *
   * @param w {@code [3][3][in][out]}
   * @param u receives {@link #transformedLength} floats
   */
  void transform(FloatSource w, float[] u) {
    transform(whole, w, u);
  }

  private void transform(Strip strip, FloatSource w, float[] u) {
    Panels weights = strip.weights;
    int columns = weights.columns();
    int padded = weights.padded();
    int out = shape.outChannels();
    int tap = shape.inChannels() * out;
    engine.workers().forEach(shape.inChannels(), (channel, scratch) -> {
      float[] kernel = scratch.floats(PRODUCTS, KERNEL * KERNEL * columns);
      for (int i = 0; i < KERNEL * KERNEL; i++) {
        w.read((long) i * tap + channel * out + strip.first, kernel, i * columns, columns);
      }
      for (int column = 0; column < padded; column += weights.width(column)) {
        int width = weights.width(column);
        int filled = Math.min(width, columns - column);
        int to = ALIGNED + column * weights.rows() + channel * width;
        engine.kernels().winogradKernel(kernel, column, KERNEL * columns, columns, filled, u, to, weights.length());
        for (int point = 0; point < POINTS && filled < width; point++) {
          int at = to + point * weights.length();
          Arrays.fill(u, at + filled, at + width, 0f);
        }
      }
    });
  }

  /**
   * {@code y = x * w + bias} for some images.
   *
   * @param u    the transformed weights
   * @param bias per output channel, or null
   */
  void forward(FloatSource x, float[] u, float[] bias, Floats y, int[] images) {
    engine.workers().forRanges(images.length * tiles.rows(), blockRows(images.length), (from, to, scratch) -> {
      int count = (int) (to - from) * tiles.columns();
      int vStep = count * parts() * rowStep() + SKEW;
      float[] v = scratch.floats(TRANSFORMED, POINTS * vStep);
      int[] empty = scratch.ints(EMPTY, (int) (to - from) * tiles.emptyLength());
      for (int row = (int) from; row < to; row++) {
        transformRow(x, images, row, v, row - (int) from, count * rowStep(), vStep, empty, scratch);
      }
      multiply(whole, (int) from, (int) to, v, (int) from, count * rowStep(), vStep, empty, u, bias, y, images,
          scratch);
    });
  }

  /**
   * The same with weights that are needed once. Where they are more than the maps, they are transformed strip by strip,
   * while all transformed tiles wait.
   *
   * @param w {@code [3][3][in][out]}
   */
  void forwardOnce(FloatSource x, FloatSource w, float[] bias, Floats y, int[] images) {
    int rows = images.length * tiles.rows();
    int columns = (shape.outChannels() + STRIPS - 1) / STRIPS;
    int stripColumns = (columns + Panels.WIDTH - 1) / Panels.WIDTH * Panels.WIDTH;
    int partStep = rows * tiles.columns() * rowStep();
    int vStep = parts() * partStep + SKEW;
    if ((long) POINTS * vStep > transformedLength() / 2 || stripColumns >= shape.outChannels()) {
      float[] u = engine.takeBuffer(transformedLength());
      transform(whole, w, u);
      forward(x, u, bias, y, images);
      engine.giveBack(u);
      return;
    }
    float[] v = engine.takeBuffer(POINTS * vStep);
    int[] empty = new int[rows * tiles.emptyLength()];
    engine.workers().forEach(rows, (row, scratch) -> transformRow(x, images, row, v, row, partStep, vStep, empty,
        scratch));
    float[] u = engine.takeBuffer(POINTS * shape.inChannels() * stripColumns);
    for (int first = 0; first < shape.outChannels(); first += stripColumns) {
      Strip strip = new Strip(first,
          new Panels(shape.inChannels(), Math.min(stripColumns, shape.outChannels() - first)));
      transform(strip, w, u);
      engine.workers().forRanges(rows, blockRows(images.length), (from, to, scratch) ->
          multiply(strip, (int) from, (int) to, v, 0, partStep, vStep, empty, u, bias, y, images, scratch));
    }
    engine.giveBack(v);
    engine.giveBack(u);
  }

  /** Whether the transformed tiles lie as {@link Panels#multiplyRows} reads them. */
  private boolean readsRows() {
    return shape.inChannels() >= LEAST_CHANNELS_OF_ROWS;
  }

  /** Floats between transformed tiles. */
  private int rowStep() {
    return readsRows() ? Panels.ROW_STEP : tiles.inChannels();
  }

  /** Into how many parts the channels of a tile are cut. */
  private int parts() {
    return readsRows() ? whole.weights.parts() : 1;
  }

  /** Rows of tiles of a task: few enough for the caches, and as many tasks for each thread as for the others. */
  private int blockRows(int images) {
    int tilesAtOnce = (long) shape.inChannels() * shape.outChannels() > MANY_WEIGHTS ? MORE_TILES : BLOCK_TILES;
    int most = Math.max(1, tilesAtOnce / tiles.columns());
    int rows = images * tiles.rows();
    int rounds = (rows + engine.workers().threads() * most - 1) / (engine.workers().threads() * most);
    int tasks = rounds * engine.workers().threads();
    return (rows + tasks - 1) / tasks;
  }

  /**
   * Transforms the input under a row of tiles, which will be number {@code place} in {@code v} and {@code empty}.
   *
   * @param v {@code [point][part][tile][rowStep]}
   */
  private void transformRow(FloatSource x, int[] images, int row, float[] v, int place, int partStep, int vStep,
      int[] empty, Scratch scratch) {
    int in = tiles.inChannels();
    int depth = readsRows() ? whole.weights.depth() : in;
    float[] d = tiles.loadInput(x, images[row / tiles.rows()], row % tiles.rows(), scratch);
    tiles.findEmptyPatches(d, row % tiles.rows(), empty, place * tiles.emptyLength(), scratch);
    for (int column = 0; column < tiles.columns(); column++) {
      int to = ALIGNED + (place * tiles.columns() + column) * rowStep();
      for (int channel = 0; channel < in; channel += depth, to += partStep) {
        engine.kernels().winogradInput(d, ALIGNED + column * OUT * in + channel, tiles.inputRow(), in,
            Math.min(depth, in - channel), v, to, vStep);
      }
    }
  }

  /**
   * The output of the rows of tiles [from, to).
   *
   * @param v     the transformed tiles from row {@code first} on
   * @param empty as {@code v}
   */
  private void multiply(Strip strip, int from, int to, float[] v, int first, int partStep, int vStep, int[] empty,
      float[] u, float[] bias, Floats y, int[] images, Scratch scratch) {
    Panels weights = strip.weights;
    int out = weights.padded();
    int count = (to - from) * tiles.columns();
    int mStep = count * out + SKEW;
    float[] m = scratch.floats(PRODUCTS, POINTS * mStep);
    float[] start = scratch.floats(START, out);
    Arrays.fill(start, ALIGNED, ALIGNED + out, 0f);
    int vAt = ALIGNED + (from - first) * tiles.columns() * rowStep();
    for (int point = 0; point < POINTS; point++) {
      int uAt = ALIGNED + point * weights.length();
      int mAt = ALIGNED + point * mStep;
      if (readsRows()) {
        weights.multiplyRows(engine.kernels(), count, v, vAt + point * vStep, partStep, u, uAt, start, ALIGNED, 0, m, mAt,
            out);
      } else {
        weights.multiply(engine.kernels(), count, v, vAt + point * vStep, rowStep(), 1, u, uAt, start, ALIGNED, 0, m, mAt,
            out);
      }
    }
    if (bias != null) {
      System.arraycopy(bias, strip.first, start, ALIGNED, weights.columns());
    }
    int outputRow = tiles.columns() * OUT * out;
    float[] pixels = scratch.floats(OUTPUT, OUT * outputRow);
    for (int row = from; row < to; row++) {
      for (int column = 0; column < tiles.columns(); column++) {
        int tile = (row - from) * tiles.columns() + column;
        engine.kernels().winogradOutput(m, ALIGNED + tile * out, mStep, out, start, ALIGNED, pixels,
            ALIGNED + column * OUT * out, outputRow, out);
      }
      tiles.clearEmptyPatches(pixels, out, empty, (row - first) * tiles.emptyLength(), start);
      tiles.store(pixels, out, images[row / tiles.rows()], row % tiles.rows(), y, strip.first, weights.columns());
    }
  }
}
