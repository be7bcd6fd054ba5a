package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import java.util.Arrays;

/**
 * The gradient of a convolution's weights where its input holds spikes or counts: the roles of {@link SpikeConvolution}
 * change. Each weight row is the sum of the output's gradients at the pixels where its input fired, for which the bits are
 * transposed. Where a linear layer's plane is read by its unset bits, what they select is taken from the sum over all
 * pixels.
 */
final class SpikeGradient {

  /** Output pixels of a block, whose gradients one word selects. */
  private static final int PIXELS = Long.SIZE;
  /** Floats of one group of gradients; all threads share them in the third-level cache. */
  private static final int GROUP_FLOATS = 1 << 20;
  /** Words of the transposed spikes of one group. */
  private static final int GROUP_WORDS = 1 << 19;
  private static final int TASKS_PER_THREAD = 4;

  private static final int OUT = 2;
  private static final int WORDS = 0;
  private static final int SELECTED = 1;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final SpikeWindows windows;
  private final int chunks;
  private final int blocksPerImage;
  /** Columns of a strip of the output's gradient. */
  private final int stripColumns;
  private final int strips;

  SpikeGradient(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.windows = new SpikeWindows(shape);
    this.chunks = (shape.inChannels() + Long.SIZE - 1) / Long.SIZE;
    this.blocksPerImage = (outPixels() + PIXELS - 1) / PIXELS;
    this.stripColumns = SpikeConvolution.stripColumns(shape.outChannels());
    this.strips = (shape.outChannels() + stripColumns - 1) / stripColumns;
  }

  private int outPixels() {
    return shape.outHeight() * shape.outWidth();
  }

  private int taps() {
    return shape.kernel() * shape.kernel();
  }

  /** One call's gradients and spikes, some blocks of pixels at a time. */
  private final class Group {

    private final SpikeSource x;
    private final SpikePlan[] plans;
    private final FloatSource[] g;
    private final int[] images;
    private final boolean inverts;
    /** {@code [part][strip][block][pixel][column]}. */
    private final float[] gradients;
    /** {@code [plane][tap][chunk][block][channel]}, a bit for each pixel. */
    private final long[] selected;
    private final float[][] blockSums;
    private final double[] constants;
    private int first;
    private int count;

    Group(SpikeSource x, SpikePlan[] plans, FloatSource[] g, int[] images) {
      this.x = x;
      this.plans = plans;
      this.g = g;
      this.images = images;
      this.inverts = Arrays.stream(images).anyMatch(image -> plans[image].inverted() != 0);
      int columns = g.length * shape.outChannels();
      int blocks = images.length * blocksPerImage;
      int planes = Arrays.stream(images).map(image -> plans[image].planes()).max().orElse(0);
      int wordsPerBlock = Math.max(1, planes * taps() * chunks) * Long.SIZE;
      this.count = Math.min(blocks, Math.max(1, Math.min(GROUP_FLOATS / (columns * PIXELS), GROUP_WORDS / wordsPerBlock)));
      this.gradients = engine.takeBuffer(count * PIXELS * columns);
      this.selected = engine.workers().scratch().longs(SELECTED, count * wordsPerBlock);
      this.blockSums = inverts ? new float[count][columns] : new float[0][];
      this.constants = new double[columns];
    }

    void release() {
      engine.giveBack(gradients);
    }

    SpikePlan plan(int block) {
      return plans[images[(first + block) / blocksPerImage]];
    }

    /** Where the gradients of a block begin in one strip of one part's columns. */
    int gradientsAt(int part, int column, int block) {
      int columns = Math.min(stripColumns, shape.outChannels() - column);
      return ALIGNED + (part * shape.outChannels() + column) * PIXELS * count + block * PIXELS * columns;
    }

    int selectedAt(int plane, int tap, int chunk, int block) {
      return (((plane * taps() + tap) * chunks + chunk) * count + block) * Long.SIZE;
    }

    /** Fetches up to {@code size} blocks. */
    void load(int from, int size) {
      first = from;
      count = size;
      engine.workers().forEach(count, this::loadBlock);
      for (int block = 0; block < count && inverts; block++) {
        int times = plan(block).inverted();
        for (int column = 0; column < constants.length && times != 0; column++) {
          constants[column] += (double) times * blockSums[block][column];
        }
      }
    }

    private void loadBlock(int block, Scratch scratch) {
      int image = images[(first + block) / blocksPerImage];
      int pixel = (first + block) % blocksPerImage * PIXELS;
      int pixels = Math.min(PIXELS, outPixels() - pixel);
      SpikePlan plan = plans[image];
      int width = shape.outChannels();
      float[] rows = scratch.floats(OUT, PIXELS * width);
      for (int part = 0; part < g.length; part++) {
        g[part].read(((long) image * outPixels() + pixel) * width, rows, 0, pixels * width);
        for (int column = 0; column < width; column += stripColumns) {
          int columns = Math.min(stripColumns, width - column);
          int to = gradientsAt(part, column, block);
          for (int row = 0; row < pixels; row++, to += columns) {
            System.arraycopy(rows, row * width + column, gradients, to, columns);
          }
        }
        if (plan.inverted() != 0) {
          sumRows(rows, pixels, blockSums[block], part * width);
        }
      }
      long[] words = scratch.longs(WORDS, PIXELS);
      for (int plane = 0; plane < plan.planes(); plane++) {
        for (int tap = 0; tap < taps(); tap++) {
          for (int chunk = 0; chunk < chunks; chunk++) {
            windows.select(x, plan, image, pixel, pixels, tap, chunk, plane, words, 0);
            Arrays.fill(words, pixels, PIXELS, 0L);
            BitSquare.transpose(words);
            System.arraycopy(words, 0, selected, selectedAt(plane, tap, chunk, block), Long.SIZE);
          }
        }
      }
    }

    private void sumRows(float[] rows, int pixels, float[] sums, int at) {
      int width = shape.outChannels();
      Arrays.fill(sums, at, at + width, 0f);
      for (int pixel = 0; pixel < pixels; pixel++) {
        engine.kernels().add(rows, pixel * width, sums, at, width);
      }
    }
  }

  /**
   * Adds the gradient over some images.
   *
   * @param plans how each image is read
   * @param g     the gradients of one or several outputs
   * @param sums  for each output {@code [taps][out]} from {@link Scratch#ALIGNED} on
   */
  void add(SpikeSource x, SpikePlan[] plans, FloatSource[] g, float[][] sums, int[] images) {
    int blocks = images.length * blocksPerImage;
    Group group = new Group(x, plans, g, images);
    int size = group.count;
    for (int from = 0; from < blocks; from += size) {
      group.load(from, Math.min(size, blocks - from));
      addSelected(group, sums);
    }
    if (group.inverts) {
      addConstants(group.constants, sums);
    }
    group.release();
  }

  /**
   * No piece of the sums belongs to two tasks, so the number of threads does not matter. The gradients of one block stay
   * in the first-level cache for all planes and several taps.
   */
  private void addSelected(Group group, float[][] sums) {
    int width = shape.outChannels();
    int side = shape.kernel();
    int allStrips = sums.length * strips;
    int wanted = TASKS_PER_THREAD * engine.workers().threads();
    int pieces = chunks * allStrips >= wanted ? 1 : chunks * allStrips * side >= wanted ? side : side * side;
    int tapsAtOnce = side * side / pieces;
    engine.workers().forEach(pieces * chunks * allStrips, (index, scratch) -> {
      int strip = index / chunks % allStrips;
      int part = strip / strips;
      int column = strip % strips * stripColumns;
      int columns = Math.min(stripColumns, width - column);
      int chunk = index % chunks;
      int firstTap = index / allStrips / chunks * tapsAtOnce;
      int rows = Math.min(Long.SIZE, shape.inChannels() - chunk * Long.SIZE);
      for (int block = 0; block < group.count; block++) {
        SpikePlan plan = group.plan(block);
        int from = group.gradientsAt(part, column, block);
        for (int tap = firstTap; tap < firstTap + tapsAtOnce; tap++) {
          int to = ALIGNED + (tap * shape.inChannels() + chunk * Long.SIZE) * width + column;
          for (int plane = 0; plane < plan.planes(); plane++) {
            engine.kernels().addSelectedRows(group.gradients, from, columns, columns, group.selected,
                group.selectedAt(plane, tap, chunk, block), rows, plan.scale(plane), sums[part], to, width);
          }
        }
      }
    });
  }

  /** Every row of the weights begins with the sums over all pixels, as often as inverted planes count them. */
  private void addConstants(double[] constants, float[][] sums) {
    int width = shape.outChannels();
    for (int part = 0; part < sums.length; part++) {
      float[] row = new float[width];
      for (int column = 0; column < width; column++) {
        row[column] = (float) constants[part * width + column];
      }
      for (int tap = 0; tap < shape.taps(); tap++) {
        engine.kernels().add(row, 0, sums[part], ALIGNED + tap * width, width);
      }
    }
  }
}
