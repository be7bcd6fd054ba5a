package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Convolution and linear product of spikes: sums of weight rows, in proportion to the spikes that there are. The
 * gradient of the weights is {@link SpikeGradient}'s.
 */
final class SpikeConvolution {

  /** Output pixels whose words are looked up at a time. */
  private static final int PIXELS = Long.SIZE;
  /**
   * Pixels of a task, at most: each strip of weights comes from the second-level cache, or the third, once for all of them.
   */
  private static final int MOST_PIXELS = 4 * PIXELS;
  /** Sums of a task, at most: they stay in the second-level cache. */
  private static final int MOST_SUMS = 100_000;
  /** How many tasks each thread shall have, so that all finish together. */
  private static final int TASKS_PER_THREAD = 4;
  /** The most columns that are summed in registers, and of which 64 rows (24 KiB) fit the first-level cache. */
  private static final int MOST_COLUMNS = 96;
  /** Rows of weights that are packed at a time. */
  private static final int PACKED_ROWS = 48;

  private static final int OUT = 2;
  private static final int WORDS = 0;
  private static final int USED = 2;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final int chunks;
  /** Columns of a strip of the output. */
  private final int stripColumns;
  private final SpikeWindows windows;

  SpikeConvolution(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.chunks = (shape.inChannels() + Long.SIZE - 1) / Long.SIZE;
    this.stripColumns = stripColumns(shape.outChannels());
    this.windows = new SpikeWindows(shape);
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
   */
  void forward(SpikeSource x, SpikePlan[] plans, ConvolutionWeights[] w, float[][] bias, Floats[] y, int[] images) {
    int width = shape.outChannels();
    int tasks = tasks(images.length, w.length);
    Products products = new Products(x, plans, w, bias, images);
    engine.workers().forEach(images.length * tasks, (index, scratch) -> {
      int image = images[index / tasks];
      int first = firstPixel(index % tasks, tasks);
      int count = firstPixel(index % tasks + 1, tasks) - first;
      float[] out = products.sums(image, first, count, scratch);
      for (int part = 0; part < y.length; part++) {
        y[part].write(((long) image * outPixels() + first) * width, out, ALIGNED + part * count * width, count * width);
      }
    });
    products.release();
  }

  /** Into how many tasks each of some images is cut; the sums do not depend on it. */
  private int tasks(int images, int parts) {
    int pixels = Math.min(MOST_PIXELS, MOST_SUMS / (parts * shape.outChannels()));
    int atOnce = Math.min(pixels / PIXELS, images * blocks() / (TASKS_PER_THREAD * engine.workers().threads()));
    return (blocks() + Math.max(1, atOnce) - 1) / Math.max(1, atOnce);
  }

  private int blocks() {
    return (outPixels() + PIXELS - 1) / PIXELS;
  }

  /** Where a task begins: tasks have whole blocks, so that no two write bits of one word. */
  private int firstPixel(int task, int tasks) {
    return Math.min(outPixels(), blocks() * task / tasks * PIXELS);
  }

  /** Tasks of {@link #forwardSteps} for each sample, at most. */
  int stepTasks() {
    return blocks();
  }

  /**
   * {@link #forward} for all steps of some samples, whose output goes to a sink.
   *
   * @param batch   samples of one step in x
   * @param samples which of them
   */
  void forwardSteps(SpikeSource x, SpikePlan[] plans, ConvolutionWeights w, float[] bias, int batch, int[] samples,
      StepSink sink) {
    int steps = shape.images() / batch;
    int tasks = tasks(samples.length, 1);
    int[] images = IntStream.range(0, shape.images()).filter(image ->
        Arrays.binarySearch(samples, image % batch) >= 0).toArray();
    Products products = products(x, plans, w, bias, images);
    engine.workers().forEach(samples.length * tasks, (index, scratch) -> {
      int sample = samples[index / tasks];
      int first = firstPixel(index % tasks, tasks);
      int count = firstPixel(index % tasks + 1, tasks) - first;
      for (int step = 0; step < steps; step++) {
        float[] out = products.sums(step * batch + sample, first, count, scratch);
        sink.accept(step, sample, first, count, out, ALIGNED, shape.outChannels(), scratch);
      }
    });
    products.release();
  }

  /**
   * The sums of some images for whoever asks for them; {@link Products#release} ends it.
   *
   * @param images in ascending order
   */
  Products products(SpikeSource x, SpikePlan[] plans, ConvolutionWeights w, float[] bias, int[] images) {
    return new Products(x, plans, new ConvolutionWeights[] {w}, new float[][] {bias}, images);
  }

  /** Spikes and weights of one call. */
  final class Products implements DenseConvolution.OtherWay {

    private final SpikeSource x;
    private final SpikePlan[] plans;
    private final float[][] packed;
    private final float[][] bias;
    private final int[] images;
    /** The images with medians, in ascending order. */
    private final int[] centred;
    /** What their sums start with, {@code [image][weights][out]}. */
    private final float[] starts;

    private Products(SpikeSource x, SpikePlan[] plans, ConvolutionWeights[] w, float[][] bias, int[] images) {
      this.x = x;
      this.images = images;
      this.plans = plans;
      this.packed = Arrays.stream(w).map(each -> each.strips(SpikeConvolution.this)).toArray(float[][]::new);
      this.bias = bias;
      this.centred = Arrays.stream(images).filter(image -> plans[image].medians() != null).toArray();
      this.starts = engine.takeBuffer(imagesWithMedians(shape) * packed.length * shape.outChannels());
      engine.workers().forEach(centred.length, this::start);
    }

    void release() {
      engine.giveBack(starts);
    }

    private int startAt(int index, int part) {
      return ALIGNED + (index * packed.length + part) * shape.outChannels();
    }

    /** The bias and the product of the medians, for a window of one pixel. */
    private void start(int index, Scratch scratch) {
      SpikePlan plan = plans[centred[index]];
      for (int part = 0; part < packed.length; part++) {
        fill(bias[part], 0, starts, startAt(index, part), 1);
      }
      long[] words = scratch.longs(WORDS, plan.words() * PIXELS);
      Arrays.fill(words, 0, plan.words() * PIXELS, 0L);
      int[] used = scratch.ints(USED, 1);
      for (int chunk = 0; chunk < chunks; chunk++) {
        used[0] = 0;
        for (int plane = 0; plane < plan.planes(); plane++) {
          words[plane * PIXELS] = plan.medians().word(plane, chunk);
          used[0] |= words[plane * PIXELS] != 0 ? 1 << plane : 0;
        }
        for (int part = 0; part < packed.length; part++) {
          add(plan, words, used, chunk * Long.SIZE, packed[part], 1, starts, startAt(index, part));
        }
      }
    }

    @Override
    public boolean takes(int image) {
      return Arrays.binarySearch(images, image) >= 0;
    }

    /** The sums of some output pixels, {@code [weights][pixels][out]} from {@link Scratch#ALIGNED} on. */
    @Override
    public float[] sums(int image, int first, int count, Scratch scratch) {
      int width = shape.outChannels();
      SpikePlan plan = plans[image];
      float[] out = scratch.floats(OUT, packed.length * count * width);
      int index = plan.medians() == null ? -1 : Arrays.binarySearch(centred, image);
      for (int part = 0; part < packed.length; part++) {
        int at = ALIGNED + part * count * width;
        fill(index < 0 ? bias[part] : starts, index < 0 ? 0 : startAt(index, part), out, at, count);
      }
      int blocks = (count + PIXELS - 1) / PIXELS;
      long[] words = scratch.longs(WORDS, blocks * plan.words() * PIXELS);
      int[] used = scratch.ints(USED, blocks);
      int taps = shape.kernel() * shape.kernel();
      for (int tap = 0; tap < taps; tap++) {
        for (int chunk = 0; chunk < chunks; chunk++) {
          for (int block = 0; block < blocks; block++) {
            int from = block * PIXELS;
            used[block] = windows.select(x, plan, image, first + from, Math.min(PIXELS, count - from), tap, chunk, words,
                from * plan.words());
          }
          int row = tap * shape.inChannels() + chunk * Long.SIZE;
          for (int part = 0; part < packed.length; part++) {
            add(plan, words, used, row, packed[part], count, out, ALIGNED + part * count * width);
          }
        }
      }
      return out;
    }
  }

  /**
   * Adds the rows that the words of some pixels select, strip after strip: its weights are in the first-level cache for all
   * blocks and planes.
   */
  private void add(SpikePlan plan, long[] words, int[] used, int row, float[] packed, int count, float[] out, int at) {
    int width = shape.outChannels();
    for (int column = 0; column < width; column += stripColumns) {
      int columns = Math.min(stripColumns, width - column);
      int weights = ALIGNED + column * shape.taps() + row * columns;
      for (int from = 0; from < count; from += PIXELS) {
        plan.addRows(engine.kernels(), packed, weights, columns, columns, words, from * plan.words(), used[from / PIXELS],
            Math.min(PIXELS, count - from), out, at + from * width + column, width);
      }
    }
  }

  private void fill(float[] start, int from, float[] out, int at, int count) {
    int width = shape.outChannels();
    if (start == null) {
      Arrays.fill(out, at, at + count * width, 0f);
    } else {
      for (int pixel = 0; pixel < count; pixel++) {
        System.arraycopy(start, from, out, at + pixel * width, width);
      }
    }
  }
}
