package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Convolution and linear product of spikes: sums of weight rows, in proportion to the spikes that there are. The
 * gradient of the weights is {@link SpikeGradient}'s.
 */
final class SpikeConvolution {

  private static final int PIXELS = SpikeSums.PIXELS;
  /**
   * Pixels of a task, at most: each strip of weights comes from the second-level cache, or the third, once for all of them.
   */
  private static final int MOST_PIXELS = 4 * PIXELS;
  /** Sums of a task, at most: they stay in the second-level cache. */
  private static final int MOST_SUMS = 100_000;
  /** The same where a task's neurons fire before they leave it. */
  private static final int MOST_STEP_SUMS = 200_000;
  /** Pixels of a block of all steps, at least, and what their number is a multiple of. */
  private static final int LEAST_PIXELS = 8;
  /** How many tasks each thread shall have, so that all finish together. */
  private static final int TASKS_PER_THREAD = 4;
  /** The same where tasks take some columns each, which take as long as the others. */
  private static final int EVEN_TASKS_PER_THREAD = 2;
  /** Weights that do not stay in the second-level cache. */
  private static final int FAR_WEIGHTS = 1 << 18;
  /** The most columns that are summed in registers, and of which 64 rows (24 KiB) fit the first-level cache. */
  private static final int MOST_COLUMNS = 96;
  /** Rows of weights that are packed at a time. */
  private static final int PACKED_ROWS = 48;

  private static final int OUT = 2;

  private final Engine engine;
  private final ConvolutionShape shape;
  /** Columns of a strip of the output. */
  private final int stripColumns;

  SpikeConvolution(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.stripColumns = stripColumns(shape.outChannels());
  }

  /** The width in as few strips as possible, all about as wide. */
  static int stripColumns(int width) {
    int strips = (width + MOST_COLUMNS - 1) / MOST_COLUMNS;
    return ((width + strips - 1) / strips + Panels.UNIT - 1) / Panels.UNIT * Panels.UNIT;
  }

  private int outPixels() {
    return shape.outHeight() * shape.outWidth();
  }

  /**
   * Medians are taken only where every output pixel sees a whole window. Beside the edge of a map, sums would first hold and
   * then lose what lies outside of it, and round more.
   */
  static SpikePlan.Reading reading(ConvolutionShape shape) {
    return shape.kernel() == 1 && shape.padding() == 0 ? SpikePlan.Reading.FEWER : SpikePlan.Reading.COUNTS;
  }

  /** The most images with medians: what is taken from the pool for them shall not depend on the data. */
  static int imagesWithMedians(ConvolutionShape shape) {
    return reading(shape) == SpikePlan.Reading.FEWER ? shape.images() : 0;
  }

  /** Floats of the packed weights. */
  int packedLength() {
    return shape.weightLength();
  }

  /** Packs the weights {@code [kernel][kernel][in][out]} for {@link #forward}, strip after strip of columns. */
  void pack(FloatSource w, float[] packed) {
    int width = shape.outChannels();
    int rows = shape.taps();
    engine.workers().forRanges(rows, PACKED_ROWS, (from, to, scratch) -> {
      int count = (int) (to - from);
      float[] some = scratch.floats(OUT, count * width);
      w.read(from * width, some, 0, count * width);
      for (int column = 0; column < width; column += stripColumns) {
        int columns = Math.min(stripColumns, width - column);
        int at = ALIGNED + column * rows + (int) from * columns;
        for (int row = 0; row < count; row++, at += columns) {
          System.arraycopy(some, row * width + column, packed, at, columns);
        }
      }
    });
  }

  /**
   * {@code y = x * w + bias} for some images and each of some weights; the spikes are looked up once.
   *
   * @param plans of all images
   * @param bias  per output channel, or null, for each of the weights
   * @param first what is done in the same call, before
   */
  void forward(SpikeSource x, SpikePlan[] plans, ConvolutionWeights[] w, float[][] bias, Floats[] y, int[] images,
      Tasks first) {
    SpikeSums.Piece[] pieces = pieces(images, w.length);
    SpikeSums sums = sums(x, plans, w, bias, images);
    first.then(new Tasks(pieces.length, (index, scratch) -> {
      SpikeSums.Piece piece = pieces[index];
      float[] out = sums.sums(piece, scratch);
      for (int part = 0; part < y.length; part++) {
        write(piece, out, ALIGNED + part * piece.rows() * piece.columns(), y[part]);
      }
    })).run(engine.workers());
    sums.release();
  }

  private void write(SpikeSums.Piece piece, float[] out, int at, Floats y) {
    int width = shape.outChannels();
    int from = at;
    for (int image : piece.images()) {
      long to = ((long) image * outPixels() + piece.first()) * width + piece.column();
      int rows = piece.columns() == width ? 1 : piece.count();
      int each = piece.count() / rows * piece.columns();
      for (int row = 0; row < rows; row++, from += each) {
        y.write(to + (long) row * width, out, from, each);
      }
    }
  }

  /** How a call is cut into tasks; the sums do not depend on it. Neighbours need the same weights. */
  SpikeSums.Piece[] pieces(int[] images, int parts) {
    int[] columns = columns(images.length, parts);
    int blocksAtOnce = columns.length > 2 ? mostBlocks(parts, columns[1]) : blocksAtOnce(images.length, parts);
    int imagesAtOnce = Math.max(1, blocksAtOnce / blocks());
    int tasks = tasks(blocks(), blocksAtOnce);
    List<SpikeSums.Piece> pieces = new ArrayList<>();
    for (int group = 1; group < columns.length; group++) {
      int width = columns[group] - columns[group - 1];
      for (int from = 0; from < images.length; from += imagesAtOnce) {
        int[] some = Arrays.copyOfRange(images, from, Math.min(images.length, from + imagesAtOnce));
        for (int task = 0; task < tasks; task++) {
          int first = firstPixel(task, tasks);
          pieces.add(new SpikeSums.Piece(some, first, firstPixel(task + 1, tasks) - first, columns[group - 1], width));
        }
      }
    }
    return pieces.toArray(SpikeSums.Piece[]::new);
  }

  /**
   * Bounds of groups of strips: few pixels are not cut for the threads' sake where each part would fetch all weights from afar,
   * and a single block of them cannot be.
   */
  private int[] columns(int images, int parts) {
    int width = shape.outChannels();
    int strips = (width + stripColumns - 1) / stripColumns;
    int threads = engine.workers().threads();
    int uncut = tasks(images * blocks(), mostBlocks(parts, width));
    int wanted = Math.min(EVEN_TASKS_PER_THREAD * threads, tasks(TASKS_PER_THREAD * threads, uncut));
    boolean cutByPixels = shape.weightLength() < FAR_WEIGHTS && images * blocks() >= threads;
    int groups = cutByPixels || threads == 1 ? 1 : Math.min(strips, wanted);
    return IntStream.rangeClosed(0, groups).map(group -> Math.min(width, strips * group / groups * stripColumns)).toArray();
  }

  /** Into how many tasks so many blocks, or others, are cut. */
  private static int tasks(int blocks, int atOnce) {
    return (blocks + atOnce - 1) / atOnce;
  }

  /** Blocks of pixels of a task, at most. */
  private static int mostBlocks(int parts, int columns) {
    return Math.max(1, Math.min(MOST_PIXELS, MOST_SUMS / (parts * columns)) / PIXELS);
  }

  /** Blocks of pixels of a task that sums all columns. */
  private int blocksAtOnce(int images, int parts) {
    int fair = images * blocks() / (TASKS_PER_THREAD * engine.workers().threads());
    return Math.max(1, Math.min(mostBlocks(parts, shape.outChannels()), fair));
  }

  private int blocks() {
    return (outPixels() + PIXELS - 1) / PIXELS;
  }

  /** Where a task begins: tasks have whole blocks, so that no two write bits of one word. */
  private int firstPixel(int task, int tasks) {
    return Math.min(outPixels(), blocks() * task / tasks * PIXELS);
  }

  /** Output pixels of a block of {@link #forwardSteps}, at most: a block has all steps. */
  private int blockPixels(int steps) {
    int rows = Math.min(MOST_PIXELS, MOST_STEP_SUMS / shape.outChannels());
    return Math.max(LEAST_PIXELS, Math.min(PIXELS, rows / steps / LEAST_PIXELS * LEAST_PIXELS));
  }

  /** Tasks of {@link #forwardSteps} for each sample. */
  int stepTasks(int steps) {
    return tasks(outPixels(), blockPixels(steps));
  }

  /**
   * {@link #forward} for all steps of some samples, whose output goes to a sink.
   *
   * @param sums    of all their images
   * @param batch   samples of one step in x
   * @param samples which of them
   */
  Tasks forwardSteps(SpikeSums sums, int batch, int[] samples, StepSink sink) {
    int steps = shape.images() / batch;
    int tasks = stepTasks(steps);
    int width = shape.outChannels();
    return new Tasks(samples.length * tasks, (index, scratch) -> {
      int sample = samples[index / tasks];
      int first = Tasks.bound(outPixels(), index % tasks, tasks);
      int count = Tasks.bound(outPixels(), index % tasks + 1, tasks) - first;
      int[] images = Images.ofSample(sample, batch, steps);
      float[] out = sums.sums(new SpikeSums.Piece(images, first, count, 0, width), scratch);
      sink.accept(sample, first, count, out, ALIGNED, width, count * width, scratch);
    });
  }

  /**
   * The sums of some images for whoever asks for them; {@link SpikeSums#release} ends it.
   *
   * @param images in ascending order
   */
  SpikeSums sums(SpikeSource x, SpikePlan[] plans, ConvolutionWeights w, float[] bias, int[] images) {
    return sums(x, plans, new ConvolutionWeights[] {w}, new float[][] {bias}, images);
  }

  private SpikeSums sums(SpikeSource x, SpikePlan[] plans, ConvolutionWeights[] w, float[][] bias, int[] images) {
    float[][] packed = Arrays.stream(w).map(each -> each.strips(this)).toArray(float[][]::new);
    return new SpikeSums(engine, shape, x, plans, packed, bias, images);
  }
}
