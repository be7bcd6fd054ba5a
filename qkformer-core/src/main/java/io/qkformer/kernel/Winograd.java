package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;
import static io.qkformer.kernel.WinogradTiles.KERNEL;
import static io.qkformer.kernel.WinogradTiles.OUT;
import static io.qkformer.kernel.WinogradTiles.POINTS;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;

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
  /** Into how many strips of output channels the transformed weights are cut where they would exceed the maps. */
  private static final int STRIPS = 4;

  private static final int OUTPUT = 2;
  private static final int TRANSFORMED = 4;
  private static final int PRODUCTS = 5;
  private static final int EMPTY = 0;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final WinogradTiles tiles;
  private final WinogradStrip whole;

  Winograd(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.tiles = new WinogradTiles(shape);
    this.whole = WinogradStrip.alone(0, new Panels(shape.inChannels(), shape.outChannels()));
  }

  /** Whether a convolution has the form that this algorithm computes. */
  static boolean computes(ConvolutionShape shape) {
    return shape.kernel() == KERNEL && shape.stride() == 1 && shape.padding() == 1;
  }

  /** Floats of the transformed weights. */
  int transformedLength() {
    return POINTS * whole.weights().length();
  }

  /**
   * Transforms the weights for {@link #forward(FloatSource, float[], float[], Floats, int[])}.
   *
   * @param w {@code [3][3][in][out]}
   * @param u receives {@link #transformedLength} floats
   */
  void transform(FloatSource w, float[] u) {
    whole.transform(engine, shape, w, u);
  }

  /**
   * {@code y = x * w + bias} for some images.
   *
   * @param u    the transformed weights
   * @param bias per output channel, or null
   */
  void forward(FloatSource x, float[] u, float[] bias, Floats y, int[] images) {
    if (splitsColumns(images.length)) {
      forwardByColumns(x, u, bias, y, images);
      return;
    }
    tasks(x, u, bias, y, images).run(engine.workers());
  }

  /** {@link #forward} where {@link #splitsColumns} is not so. */
  Tasks tasks(FloatSource x, float[] u, float[] bias, Floats y, int[] images) {
    return Tasks.ofRanges(images.length * tiles.rows(), blockRows(images.length), (from, to, scratch) -> {
      int rows = (int) (to - from);
      TransformedTiles some = room(rows, scratch);
      for (int row = 0; row < rows; row++) {
        int at = (int) from + row;
        some.transform(engine.kernels(), x, images[at / tiles.rows()], at % tiles.rows(), row, scratch);
      }
      multiply(whole, some, 0, (int) from, rows, u, bias, y, images, scratch);
    });
  }

  /**
   * The same for few tiles: each thread fetches the weights of some output channels instead of all of them for some tiles,
   * which takes longer than the products. All transformed tiles wait.
   */
  private void forwardByColumns(FloatSource x, float[] u, float[] bias, Floats y, int[] images) {
    int[] columns = whole.weights().evenStarts(engine.workers().threads());
    TransformedTiles all = transformAll(x, images);
    int rows = images.length * tiles.rows();
    engine.workers().forEach(columns.length - 1, (index, scratch) -> {
      int first = columns[index];
      Panels some = whole.weights().between(first, columns[index + 1]);
      WinogradStrip strip = new WinogradStrip(first, some, first * shape.inChannels(), whole.weights().length());
      multiply(strip, all, 0, 0, rows, u, bias, y, images, scratch);
    });
    engine.giveBack(all.v());
  }

  /** Whether each thread takes some output channels of all tiles: where it would have but one block of them. */
  boolean splitsColumns(int images) {
    int threads = engine.workers().threads();
    return images * tiles.rows() <= threads * blockRows(images) && whole.weights().splitEvenly(threads);
  }

  /** All tiles of some images, in a buffer of the engine. */
  private TransformedTiles transformAll(FloatSource x, int[] images) {
    int rows = images.length * tiles.rows();
    TransformedTiles all = room(rows, engine.takeBuffer(floats(rows)), new int[rows * tiles.emptyLength()]);
    engine.workers().forEach(rows, (row, scratch) -> all.transform(engine.kernels(), x, images[row / tiles.rows()],
        row % tiles.rows(), row, scratch));
    return all;
  }

  /** Floats of some rows of transformed tiles. */
  private int floats(int rows) {
    return Math.toIntExact(TransformedTiles.floats(tiles, whole.weights(), rows));
  }

  private TransformedTiles room(int rows, float[] v, int[] empty) {
    return new TransformedTiles(tiles, whole.weights(), v, empty, rows * tiles.columns());
  }

  private TransformedTiles room(int rows, Scratch scratch) {
    return room(rows, scratch.floats(TRANSFORMED, floats(rows)), scratch.ints(EMPTY, rows * tiles.emptyLength()));
  }

  /**
   * The same with weights that are needed once. Where they are more than the maps, they are transformed strip by strip,
   * while all transformed tiles wait.
   *
   * @param w {@code [3][3][in][out]}
   */
  void forwardOnce(FloatSource x, FloatSource w, float[] bias, Floats y, int[] images) {
    int rows = images.length * tiles.rows();
    int stripColumns = stripColumns();
    if (!transformsByStrips(images.length)) {
      float[] u = engine.takeBuffer(transformedLength());
      transform(w, u);
      forward(x, u, bias, y, images);
      engine.giveBack(u);
      return;
    }
    TransformedTiles all = transformAll(x, images);
    float[] u = engine.takeBuffer(POINTS * shape.inChannels() * stripColumns);
    for (int first = 0; first < shape.outChannels(); first += stripColumns) {
      WinogradStrip strip = WinogradStrip.alone(first,
          new Panels(shape.inChannels(), Math.min(stripColumns, shape.outChannels() - first)));
      strip.transform(engine, shape, w, u);
      engine.workers().forRanges(rows, blockRows(images.length), (from, to, scratch) ->
          multiply(strip, all, (int) from, (int) from, (int) (to - from), u, bias, y, images, scratch));
    }
    engine.giveBack(all.v());
    engine.giveBack(u);
  }

  /** Whether the transformed tiles of so many images take little enough to wait for the weights' strips. */
  boolean transformsByStrips(int images) {
    return TransformedTiles.floats(tiles, whole.weights(), images * tiles.rows()) <= transformedLength() / 2
        && stripColumns() < shape.outChannels();
  }

  /** Output channels of a strip. */
  private int stripColumns() {
    int columns = (shape.outChannels() + STRIPS - 1) / STRIPS;
    return (columns + Panels.WIDTH - 1) / Panels.WIDTH * Panels.WIDTH;
  }

  /** Tasks of {@link #forwardSteps} for each of some samples: rows of tiles at all steps. */
  int stepTasks(int samples, int steps) {
    int rows = samples * tiles.rows();
    int most = Math.max(1, tilesAtOnce() / (steps * tiles.columns()));
    return Math.min(tiles.rows(), (evenTasks(rows, most) + samples - 1) / Math.max(1, samples));
  }

  /**
   * {@link #forward} for all steps of some samples, whose output goes to a sink.
   *
   * @param batch   samples of one step in x
   * @param samples which of them
   * @param other   takes images only where the output has whole {@link Panels#UNIT}s of channels
   */
  Tasks forwardSteps(FloatSource x, float[] u, float[] bias, int batch, int[] samples, OtherWay other, StepSink sink) {
    int steps = shape.images() / batch;
    int tasks = stepTasks(samples.length, steps);
    return new Tasks(samples.length * tasks, (index, scratch) -> {
      int sample = samples[index / tasks];
      int[] images = Images.ofSample(sample, batch, steps);
      int[] multiplied = Images.where(images, image -> !other.takes(image));
      int first = Tasks.bound(tiles.rows(), index % tasks, tasks);
      int rows = Tasks.bound(tiles.rows(), index % tasks + 1, tasks) - first;
      int places = rows * multiplied.length;
      TransformedTiles some = room(places, scratch);
      for (int place = 0; place < places; place++) {
        some.transform(engine.kernels(), x, multiplied[place % multiplied.length], first + place / multiplied.length, place,
            scratch);
      }
      float[] m = multiply(whole, some, 0, places, u, scratch);
      float[] start = whole.start(bias, scratch);
      for (int row = 0, place = 0; row < rows; row++) {
        int tileRow = first + row;
        int pixels = tiles.pixels(tileRow);
        int firstPixel = tileRow * OUT * shape.outWidth();
        float[] lines = scratch.floats(OUTPUT, steps * linesLength(whole));
        int at = ALIGNED;
        for (int image : images) {
          if (other.takes(image)) {
            other.sums(image, firstPixel, pixels, lines, at, scratch);
          } else {
            output(whole, m, places, place, some, place, start, lines, at);
            tiles.joinLines(lines, at, whole.weights().padded(), tileRow);
            place++;
          }
          at += linesLength(whole);
        }
        sink.accept(sample, firstPixel, pixels, lines, ALIGNED, whole.weights().padded(), linesLength(whole), scratch);
      }
    });
  }

  /** Floats of the pixels of a row of tiles, of a strip. */
  private int linesLength(WinogradStrip strip) {
    return tiles.columns() * OUT * OUT * strip.weights().padded();
  }

  private int tilesAtOnce() {
    return (long) shape.inChannels() * shape.outChannels() > MANY_WEIGHTS ? MORE_TILES : BLOCK_TILES;
  }

  /** Into how many tasks some rows of tiles are cut: as many for each thread as for the others. */
  private int evenTasks(int rows, int most) {
    int threads = engine.workers().threads();
    return (rows + threads * most - 1) / (threads * most) * threads;
  }

  /** Rows of tiles of a task: few enough for the caches. */
  private int blockRows(int images) {
    int rows = images * tiles.rows();
    int tasks = evenTasks(rows, Math.max(1, tilesAtOnce() / tiles.columns()));
    return (rows + tasks - 1) / tasks;
  }

  /** The output of some rows of tiles, of which the first is number {@code place} of those transformed and {@code from} of all. */
  private void multiply(WinogradStrip strip, TransformedTiles some, int place, int from, int rows, float[] u, float[] bias,
      Floats y, int[] images, Scratch scratch) {
    float[] m = multiply(strip, some, place, rows, u, scratch);
    float[] start = strip.start(bias, scratch);
    for (int row = 0; row < rows; row++) {
      float[] pixels = scratch.floats(OUTPUT, linesLength(strip));
      output(strip, m, rows, row, some, place + row, start, pixels, ALIGNED);
      tiles.store(pixels, strip.weights().padded(), images[(from + row) / tiles.rows()], (from + row) % tiles.rows(), y,
          strip.first(), strip.weights().columns());
    }
  }

  /** The sums at all points, {@code [point][tile][out]}, for some rows of tiles. */
  private float[] multiply(WinogradStrip strip, TransformedTiles some, int place, int rows, float[] u, Scratch scratch) {
    float[] m = scratch.floats(PRODUCTS, POINTS * sumStep(strip, rows));
    float[] zeros = strip.start(null, scratch);
    for (int point = 0; point < POINTS; point++) {
      int at = ALIGNED + strip.at() + point * strip.pointStep();
      some.multiply(engine.kernels(), place, rows, point, strip.weights(), u, at, zeros, m, ALIGNED + point * sumStep(strip, rows));
    }
    return m;
  }

  /** Floats from the sums of one point to those of the next. */
  private int sumStep(WinogradStrip strip, int rows) {
    return rows * tiles.columns() * strip.weights().padded() + TransformedTiles.SKEW;
  }

  /**
   * Writes the pixels of a row of tiles, four lines.
   *
   * @param m     the sums of some rows
   * @param row   of the sums
   * @param place of the same row among those transformed
   * @param start the bias, of {@link WinogradStrip#start}
   */
  private void output(WinogradStrip strip, float[] m, int rows, int row, TransformedTiles some, int place, float[] start,
      float[] pixels, int at) {
    int out = strip.weights().padded();
    int outputRow = tiles.columns() * OUT * out;
    for (int column = 0; column < tiles.columns(); column++) {
      int tile = row * tiles.columns() + column;
      engine.kernels().winogradOutput(m, ALIGNED + tile * out, sumStep(strip, rows), out, start, ALIGNED, pixels,
          at + column * OUT * out, outputRow, out);
    }
    some.clearEmptyPatches(place, pixels, at, out, start);
  }
}
