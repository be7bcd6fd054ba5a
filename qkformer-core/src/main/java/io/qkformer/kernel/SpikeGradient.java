package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The gradient of a convolution's weights where its input holds spikes or counts: the roles of {@link SpikeConvolution}
 * change. Each weight row is the sum of the output's gradients at the pixels where its input fired, for which the bits are
 * transposed. Where an image is read by what it differs from its medians by, the medians' share is a product with the
 * sums of its gradients over all pixels.
 */
final class SpikeGradient {

  /** Output pixels of a block, whose gradients one word selects. */
  private static final int PIXELS = Long.SIZE;
  /** Floats of one group of gradients; all threads share them in the third-level cache. */
  private static final int GROUP_FLOATS = 1 << 20;
  /** Lists of the transposed spikes of one group. */
  private static final int GROUP_LISTS = 1 << 13;
  private static final int TASKS_PER_THREAD = 4;

  private static final int OUT = 2;
  private static final int WORDS = 0;
  private static final int SELECTED = 1;
  private static final int SQUARE = 2;

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
    /** {@code [part][strip][block][pixel][column]}; strips are all as wide, and the last has gaps where it has fewer columns. */
    private final float[] gradients;
    /** Lists of a block, tap and chunk. */
    private final int lists;
    /** {@code [tap][chunk][block][list]}, a word for each channel, a bit for each pixel. */
    private final RowSelection selection;
    /** Columns of all parts. */
    private final int columns;
    /** Which of the images have medians. */
    private final int[] centred;
    /** The sums of each block, {@code [block][column]} from {@link Scratch#ALIGNED} on, where any image has medians. */
    private final float[] blockSums;
    /** Of the images with medians, the sums over all pixels, {@code [centred][column]}. */
    private final double[] imageSums;
    private int first;
    private int count;

    Group(SpikeSource x, SpikePlan[] plans, FloatSource[] g, int[] images) {
      this.x = x;
      this.plans = plans;
      this.g = g;
      this.images = images;
      this.columns = g.length * shape.outChannels();
      int blocks = images.length * blocksPerImage;
      this.lists = Arrays.stream(images).map(image -> plans[image].lists()).max().orElse(0);
      int listsPerBlock = Math.max(1, lists * taps() * chunks);
      int blockFloats = g.length * strips * stripColumns * PIXELS;
      this.count = Math.min(blocks, Math.max(1, Math.min(GROUP_FLOATS / blockFloats, GROUP_LISTS / listsPerBlock)));
      this.gradients = engine.takeBuffer(count * blockFloats);
      this.selection = RowSelection.of(count * listsPerBlock, engine.workers().scratch(), SELECTED);
      this.centred = IntStream.range(0, images.length).filter(index -> plans[images[index]].medians() != null).toArray();
      this.blockSums = engine.takeBuffer(SpikeConvolution.imagesWithMedians(shape) == 0 ? 0 : count * columns);
      this.imageSums = engine.pool().takeDoubles(SpikeConvolution.imagesWithMedians(shape) * columns);
      Arrays.fill(imageSums, 0, centred.length * columns, 0);
    }

    void release() {
      engine.giveBack(gradients);
      engine.giveBack(blockSums);
      engine.pool().giveBack(imageSums);
    }

    SpikePlan plan(int block) {
      return plans[images[(first + block) / blocksPerImage]];
    }

    /** Where the gradients of a block begin in a strip; those of all parts are numbered. */
    int gradientsAt(int strip, int block) {
      return ALIGNED + (strip * count + block) * PIXELS * stripColumns;
    }

    /** The first list of a block. */
    int list(int tap, int chunk, int block) {
      return ((tap * chunks + chunk) * count + block) * lists;
    }

    /** Fetches up to {@code size} blocks. */
    void load(int from, int size) {
      first = from;
      count = size;
      engine.workers().forEach(count, this::loadBlock);
      for (int block = 0; block < count; block++) {
        int row = Arrays.binarySearch(centred, (first + block) / blocksPerImage);
        for (int column = 0; row >= 0 && column < columns; column++) {
          imageSums[row * columns + column] += blockSums[ALIGNED + block * columns + column];
        }
      }
    }

    private void loadBlock(int block, Scratch scratch) {
      int image = images[(first + block) / blocksPerImage];
      int pixel = (first + block) % blocksPerImage * PIXELS;
      int pixels = Math.min(PIXELS, outPixels() - pixel);
      SpikePlan plan = plans[image];
      int width = shape.outChannels();
      for (int part = 0; part < g.length; part++) {
        cut(g[part], ((long) image * outPixels() + pixel) * width, pixels, gradientsAt(part * strips, block), scratch);
        if (plan.medians() != null) {
          sumRows(part, block, pixels);
        }
      }
      long[] words = scratch.longs(WORDS, plan.words() * PIXELS);
      long[] square = scratch.longs(SQUARE, PIXELS);
      for (int tap = 0; tap < taps(); tap++) {
        for (int chunk = 0; chunk < chunks; chunk++) {
          int used = windows.select(x, plan, image, pixel, pixels, tap, chunk, words);
          for (int plane = 0; plane < plan.words() && used != 0; plane++) {
            System.arraycopy(words, plane * PIXELS, square, 0, pixels);
            Arrays.fill(square, pixels, PIXELS, 0L);
            BitSquare.transpose(square);
            System.arraycopy(square, 0, words, plane * PIXELS, PIXELS);
          }
          plan.select(selection, list(tap, chunk, block), words, used, PIXELS, scratch);
        }
      }
    }

    /** Reads the gradients of some pixels into strips. */
    private void cut(FloatSource source, long from, int pixels, int at, Scratch scratch) {
      int width = shape.outChannels();
      int stripStep = count * PIXELS * stripColumns;
      if (source instanceof Floats map
          && engine.kernels().maps().cutRows(map, (int) from, pixels, width, stripColumns, gradients, at, stripStep)) {
        return;
      }
      float[] rows = scratch.floats(OUT, PIXELS * width);
      source.read(from, rows, 0, pixels * width);
      for (int column = 0, to = at; column < width; column += stripColumns, to += stripStep) {
        for (int row = 0; row < pixels; row++) {
          System.arraycopy(rows, row * width + column, gradients, to + row * stripColumns, Math.min(stripColumns, width - column));
        }
      }
    }

    /** The sums of a block's gradients, of one part. */
    private void sumRows(int part, int block, int pixels) {
      int width = shape.outChannels();
      int at = ALIGNED + block * columns + part * width;
      Arrays.fill(blockSums, at, at + width, 0f);
      for (int strip = 0; strip < strips; strip++) {
        int from = gradientsAt(part * strips + strip, block);
        int to = at + strip * stripColumns;
        int some = Math.min(stripColumns, width - strip * stripColumns);
        for (int pixel = 0; pixel < pixels; pixel++) {
          engine.kernels().add(gradients, from + pixel * stripColumns, blockSums, to, some);
        }
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
    if (group.centred.length > 0) {
      addMedians(group, sums);
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
      for (int block = 0; block < group.count; block++) {
        SpikePlan plan = group.plan(block);
        int from = group.gradientsAt(strip, block);
        for (int tap = firstTap; tap < firstTap + tapsAtOnce; tap++) {
          int to = ALIGNED + (tap * shape.inChannels() + chunk * Long.SIZE) * width + column;
          plan.addRows(engine.kernels(), group.gradients, from, stripColumns, columns, group.selection,
              group.list(tap, chunk, block), sums[part], to, width);
        }
      }
    });
  }

  /** Adds the medians times the sums of the gradients, for windows of one pixel; a word of a channel selects images. */
  private void addMedians(Group group, float[][] sums) {
    int width = shape.outChannels();
    int all = group.columns;
    float[] gradients = engine.takeBuffer(SpikeConvolution.imagesWithMedians(shape) * all);
    for (int i = 0; i < group.centred.length * all; i++) {
      gradients[ALIGNED + i] = (float) group.imageSums[i];
    }
    MedianCounts[] medians = Arrays.stream(group.centred).mapToObj(index -> group.plans[group.images[index]].medians())
        .toArray(MedianCounts[]::new);
    int planes = Arrays.stream(medians).mapToInt(MedianCounts::planes).max().orElse(0);
    engine.workers().forEach(chunks, (chunk, scratch) -> {
      int rows = Math.min(Long.SIZE, shape.inChannels() - chunk * Long.SIZE);
      long[] square = scratch.longs(SQUARE, Long.SIZE);
      RowSelection selection = RowSelection.of(1, scratch, SELECTED);
      for (int first = 0; first < medians.length; first += Long.SIZE) {
        int count = Math.min(Long.SIZE, medians.length - first);
        for (int plane = 0; plane < planes; plane++) {
          if (!MedianCounts.byChannel(medians, first, count, plane, chunk, square)) {
            continue;
          }
          selection.set(0, square, 0, rows, scratch);
          for (int part = 0; part < sums.length; part++) {
            engine.kernels().addSelectedRows(gradients, ALIGNED + first * all + part * width, all, width, selection, 0,
                1 << plane, sums[part], ALIGNED + chunk * Long.SIZE * width, width);
          }
        }
      }
    });
    engine.giveBack(gradients);
  }
}
