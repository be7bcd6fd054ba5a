package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * Convolution as a dense product whose left factor is the input itself, not unfolded: for one row of the kernel, the
 * taps under an output pixel are {@code kernel * in} neighbouring floats of a row of the input, so that a row of the
 * output is the sum over the kernel's rows of products of matrices with overlapping rows, {@code stride * in} apart.
 *
 * <p>Each element of the output is one chain of sums in the order of {@link DenseConvolution}, and so has its bits. The
 * gradient of the weights, by the same factor transposed, is gathered in partial sums whose number depends on the shape
 * and the images alone.
 */
final class WindowConvolution {

  /** Floats of a strip's input and output: half of a second-level cache of half a megabyte. */
  private static final int STRIP_FLOATS = 1 << 16;
  /** Output pixels for which all rows of the kernel are added in turn: their sums stay in the first-level cache. */
  private static final int PIXELS_AT_ONCE = 64;
  private static final int PARTIALS = 32;
  /** Weights up to which the partial sums of their gradient are cheaper than unfolding the input, measured. */
  private static final int MOST_WEIGHTS = 1 << 14;
  /** Pixels of a row from which its product pays for loading and storing the sums. */
  private static final int LEAST_PIXELS = 16;
  private static final int REDUCED_FLOATS = 1 << 13;

  private static final int PADDED = 0;
  private static final int OUT = 2;
  private static final int GRADIENT = 3;
  private static final int SUMS = 4;
  private static final int START = 7;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final Panels weights;
  /** Floats of one row of the padded input. */
  private final int inputRow;
  /** Input rows kept for one more output row. */
  private final int step;
  /** Floats that are neighbours under one row of the kernel. */
  private final int run;
  private final int stripRows;
  private final int strips;

  WindowConvolution(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.weights = new Panels(shape.taps(), shape.outChannels());
    this.inputRow = shape.inChannels() * (isPointwise() ? shape.outWidth() * shape.stride()
        : (shape.outWidth() - 1) * shape.stride() + shape.kernel());
    this.step = Math.min(shape.stride(), shape.kernel());
    this.run = shape.kernel() * shape.inChannels();
    this.stripRows = Math.max(1, Math.min(shape.outHeight(),
        STRIP_FLOATS / (step * inputRow + shape.outWidth() * weights.padded())));
    this.strips = (shape.outHeight() + stripRows - 1) / stripRows;
  }

  /** Whether a convolution looks at windows at all: a linear layer's input needs no unfolding. */
  static boolean computes(ConvolutionShape shape) {
    return shape.kernel() > 1 || shape.stride() > 1;
  }

  /** Whether {@link #weightGradient} is faster than {@link DenseGradient}'s. */
  static boolean winsWeightGradient(ConvolutionShape shape) {
    return computes(shape) && new Panels(shape.taps(), shape.outChannels()).length() <= MOST_WEIGHTS
        && (shape.kernel() == 1 || shape.outWidth() >= LEAST_PIXELS);
  }

  /** Floats that {@link #weightGradient} takes at a time, at most. */
  static long gradientFloats(ConvolutionShape shape) {
    return (long) PARTIALS * new Panels(shape.taps(), shape.outChannels()).length();
  }

  /** Whether windows do not overlap the next row's, so that a strip is one product. */
  private boolean isPointwise() {
    return shape.kernel() == 1;
  }

  private int rowsOf(int strip) {
    return Math.min(stripRows, shape.outHeight() - strip * stripRows);
  }

  /**
   * {@code y = x * w + bias} for some images and each of some weights; the input is read once.
   *
   * @param packed the weights as {@link DenseConvolution#pack} packs them
   * @param bias   per output channel, or null
   */
  void forward(FloatSource x, float[][] packed, float[][] bias, Floats[] y, int[] images) {
    engine.workers().forEach(images.length * strips, (index, scratch) ->
        forwardStrip(x, packed, bias, y, images[index / strips], index % strips, scratch));
  }

  private void forwardStrip(FloatSource x, float[][] packed, float[][] bias, Floats[] y, int image, int strip,
      Scratch scratch) {
    int rows = rowsOf(strip);
    int first = strip * stripRows * shape.outWidth();
    int count = rows * shape.outWidth();
    PixelBlocks pixels = new PixelBlocks(shape, new int[] {image});
    float[] input = load(x, image, strip * stripRows, rows, scratch);
    float[] out = scratch.floats(OUT, count * weights.padded());
    for (int part = 0; part < y.length; part++) {
      multiply(rows, input, packed[part], start(bias[part], scratch), out);
      pixels.writeOutput(y[part], first, first + count, out, ALIGNED, weights.padded());
    }
  }

  /** What the sums of every pixel start with: the bias or zeros. */
  private float[] start(float[] bias, Scratch scratch) {
    float[] start = scratch.floats(START, weights.padded());
    weights.fillStart(bias, 0, start);
    return start;
  }

  /** The rows of the input under some rows of the output, with borders of zeros. */
  private float[] load(FloatSource x, int image, int firstRow, int rows, Scratch scratch) {
    int kept = (rows - 1) * step + shape.kernel();
    float[] input = scratch.floats(PADDED, kept * inputRow);
    int left = shape.padding() * shape.inChannels();
    int width = shape.inWidth() * shape.inChannels();
    int count = Math.min(width, inputRow - left);
    for (int i = 0; i < kept; i++) {
      int row = Math.min(i / step, rows - 1);
      int y = (firstRow + row) * shape.stride() - shape.padding() + i - row * step;
      int at = ALIGNED + i * inputRow;
      if (y < 0 || y >= shape.inHeight()) {
        Arrays.fill(input, at, at + inputRow, 0f);
      } else {
        Arrays.fill(input, at, at + left, 0f);
        x.read(((long) image * shape.inHeight() + y) * width, input, at + left, count);
        Arrays.fill(input, at + left + count, at + inputRow, 0f);
      }
    }
    return input;
  }

  private void multiply(int rows, float[] input, float[] packed, float[] start, float[] out) {
    int lines = isPointwise() ? 1 : rows;
    int width = rows / lines * shape.outWidth();
    for (int column = 0; column < weights.padded(); column += weights.width(column)) {
      for (int line = 0; line < lines; line++) {
        for (int pixel = 0; pixel < width; pixel += PIXELS_AT_ONCE) {
          multiplyPixels(Math.min(PIXELS_AT_ONCE, width - pixel), column, input,
              ALIGNED + line * step * inputRow + pixel * shape.stride() * shape.inChannels(), packed, start, out,
              ALIGNED + (line * width + pixel) * weights.padded() + column);
        }
      }
    }
  }

  /** One panel of the weights for neighbouring pixels of the output. */
  private void multiplyPixels(int count, int column, float[] input, int at, float[] packed, float[] start, float[] out,
      int to) {
    int width = weights.width(column);
    int padded = weights.padded();
    int apart = shape.stride() * shape.inChannels();
    int panel = ALIGNED + column * shape.taps();
    engine.kernels().multiply(count, width, run, input, at, apart, 1, packed, panel, width, start, ALIGNED + column, 0,
        out, to, padded);
    for (int i = 1; i < shape.kernel(); i++) {
      engine.kernels().multiplyAdd(count, width, run, input, at + i * inputRow, apart, 1, packed,
          panel + i * run * width, width, out, to, padded);
    }
  }

  /**
   * Adds the gradient of the weights over some images.
   *
   * @param sums {@code [taps][out]} from {@link Scratch#ALIGNED} on
   */
  void weightGradient(FloatSource x, FloatSource g, float[] sums, int[] images) {
    int tasks = images.length * strips;
    int partials = Math.min(PARTIALS, tasks);
    float[] all = engine.takeBuffer(partials * weights.length());
    engine.workers().forEach(partials, (partial, scratch) -> {
      // a thread adds up in memory of its own: neighbouring sums would be fetched away from each other
      float[] sum = scratch.floats(SUMS, weights.length());
      Arrays.fill(sum, ALIGNED, ALIGNED + weights.length(), 0f);
      int end = (int) ((long) tasks * (partial + 1) / partials);
      for (int task = (int) ((long) tasks * partial / partials); task < end; task++) {
        addStrip(x, g, images[task / strips], task % strips, sum, scratch);
      }
      System.arraycopy(sum, ALIGNED, all, ALIGNED + partial * weights.length(), weights.length());
    });
    int grain = Math.max(1, REDUCED_FLOATS / weights.padded());
    engine.workers().forRanges(shape.taps(), grain, (from, to, scratch) ->
        reduce(all, partials, (int) from, (int) to, sums));
    engine.giveBack(all);
  }

  private void addStrip(FloatSource x, FloatSource g, int image, int strip, float[] sum, Scratch scratch) {
    int rows = rowsOf(strip);
    float[] input = load(x, image, strip * stripRows, rows, scratch);
    float[] gradient = loadGradient(g, image, strip, scratch);
    int lines = isPointwise() ? 1 : rows;
    int width = rows / lines * shape.outWidth();
    for (int column = 0; column < weights.padded(); column += weights.width(column)) {
      for (int i = 0; i < shape.kernel(); i++) {
        for (int line = 0; line < lines; line++) {
          addLine(width, column, input, ALIGNED + (line * step + i) * inputRow, gradient,
              ALIGNED + column * rows * shape.outWidth() + line * width * weights.width(column), sum,
              ALIGNED + i * run * weights.padded() + column);
        }
      }
    }
  }

  /** One row of the kernel and one panel of the gradient, over a row of pixels. */
  private void addLine(int pixels, int column, float[] input, int at, float[] gradient, int from, float[] sum, int to) {
    int width = weights.width(column);
    engine.kernels().multiplyAdd(run, width, pixels, input, at, 1, shape.stride() * shape.inChannels(), gradient,
        from, width, sum, to, weights.padded());
  }

  /** The gradient of a strip of the output in panels. */
  private float[] loadGradient(FloatSource g, int image, int strip, Scratch scratch) {
    int out = shape.outChannels();
    int count = rowsOf(strip) * shape.outWidth();
    long from = (long) image * shape.outHeight() * shape.outWidth() + (long) strip * stripRows * shape.outWidth();
    Panels panels = new Panels(count, out);
    float[] packed = scratch.floats(GRADIENT, panels.length());
    if (panels.width(0) == out) {
      g.read(from * out, packed, ALIGNED, count * out);
    } else {
      float[] unpacked = scratch.floats(OUT, count * out);
      g.read(from * out, unpacked, 0, count * out);
      panels.packRows(unpacked, 0, count, 0, packed, ALIGNED);
    }
    return packed;
  }

  private void reduce(float[] partialSums, int partials, int fromTap, int toTap, float[] sums) {
    int out = shape.outChannels();
    for (int tap = fromTap; tap < toTap; tap++) {
      for (int partial = 0; partial < partials; partial++) {
        engine.kernels().add(partialSums, ALIGNED + partial * weights.length() + tap * weights.padded(), sums,
            ALIGNED + tap * out, out);
      }
    }
  }
}
