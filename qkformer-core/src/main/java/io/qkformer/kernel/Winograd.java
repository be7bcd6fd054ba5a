package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * 3x3 convolution of stride 1 by Winograd's minimal filtering F(4x4, 3x3): 36 products for 16 outputs instead of 144
 * (Lavin and Gray, arXiv 1509.09308).
 *
 * <p>Forward, {@code Y = A^T [sum over in (G g G^T) * (B^T d B)] A} for each 4x4 tile of the output; the gradient of the
 * weights, {@code dg = G^T [sum over tiles (B^T d B) * (A dY A^T)] G}. The sum at each of the 36 points is a matrix
 * product over many tiles. Rounds differently from the direct sum: some 1e-6 of the largest value.
 */
final class Winograd {

  private static final int OUT = 4;
  private static final int IN = 6;
  private static final int POINTS = IN * IN;
  private static final int KERNEL = 3;
  /** Tiles whose products are computed together: enough to pass the weights from the third-level cache rarely. */
  private static final int BLOCK_TILES = 32;
  /** Floats of the transformed maps of one group of tiles in the gradient of the weights; they share a cache. */
  private static final int GROUP_FLOATS = 2 << 20;
  /** Points lie this much further apart than they must, so that they do not compete for one set of the cache. */
  private static final int SKEW = 16;

  private static final int PADDED = 0;
  private static final int OUTPUT = 2;
  private static final int GRADIENT = 3;
  private static final int TRANSFORMED = 4;
  private static final int PRODUCTS = 5;
  private static final int ROW = 6;
  private static final int START = 7;
  private static final int EMPTY = 0;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final Panels weights;
  private final int inChannels;
  private final int outChannels;
  private final int tileRows;
  private final int tileColumns;

  Winograd(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.weights = new Panels(shape.inChannels(), shape.outChannels());
    this.inChannels = new Panels(1, shape.inChannels()).padded();
    this.outChannels = weights.padded();
    this.tileRows = (shape.outHeight() + OUT - 1) / OUT;
    this.tileColumns = (shape.outWidth() + OUT - 1) / OUT;
  }

  /** Whether a convolution has the form that this algorithm computes. */
  static boolean computes(ConvolutionShape shape) {
    return shape.kernel() == KERNEL && shape.stride() == 1 && shape.padding() == 1;
  }

  /** Floats that {@link #weightGradient} takes at a time. */
  static long gradientFloats(ConvolutionShape shape) {
    Winograd winograd = new Winograd(null, shape);
    long perRow = (long) POINTS * winograd.tileColumns * (winograd.inChannels + winograd.outChannels);
    return Math.min(winograd.groupRows(), (long) shape.images() * winograd.tileRows) * perRow
        + (long) POINTS * shape.inChannels() * winograd.outChannels;
  }

  private int groupRows() {
    return Math.max(1, GROUP_FLOATS / (POINTS * (inChannels + outChannels)) / tileColumns);
  }

  /** Floats of the transformed weights. */
  int transformedLength() {
    return POINTS * weights.length();
  }

  /**
   * Transforms the weights for {@link #forward}.
   *
   * @param w {@code [3][3][in][out]}
   * @param u receives {@link #transformedLength} floats
   */
  void transform(float[] w, float[] u) {
    int out = shape.outChannels();
    engine.workers().forEach(shape.inChannels(), (channel, scratch) -> {
      float[] points = scratch.floats(PRODUCTS, POINTS * outChannels);
      Arrays.fill(points, 0, POINTS * outChannels, 0f);
      int tap = shape.inChannels() * out;
      WinogradTransforms.apply(WinogradTransforms.KERNEL, w, channel * out, KERNEL * tap, tap, out, points, 0,
          IN * outChannels, outChannels);
      for (int column = 0; column < outChannels; column += weights.width(column)) {
        int width = weights.width(column);
        for (int point = 0; point < POINTS; point++) {
          System.arraycopy(points, point * outChannels + column, u,
              ALIGNED + point * weights.length() + column * weights.rows() + channel * width, width);
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
    int rows = images.length * tileRows;
    int blockRows = Math.max(1, BLOCK_TILES / tileColumns);
    engine.workers().forRanges(rows, blockRows, (from, to, scratch) -> {
      int tiles = (int) (to - from) * tileColumns;
      int vStep = tiles * inChannels + SKEW;
      int mStep = tiles * outChannels + SKEW;
      float[] v = scratch.floats(TRANSFORMED, POINTS * vStep);
      float[] m = scratch.floats(PRODUCTS, POINTS * mStep);
      int[] empty = scratch.ints(EMPTY, (int) (to - from) * emptyLength());
      int tile = 0;
      for (int row = (int) from; row < to; row++) {
        float[] d = loadInput(x, images[row / tileRows], row % tileRows, scratch);
        findEmptyPatches(d, empty, (row - (int) from) * emptyLength());
        for (int column = 0; column < tileColumns; column++, tile++) {
          engine.kernels().winogradInput(d, ALIGNED + column * OUT * inChannels, inputRow(), inChannels, inChannels, v,
              ALIGNED + tile * inChannels, vStep);
        }
      }
      float[] zeros = scratch.floats(START, outChannels);
      Arrays.fill(zeros, ALIGNED, ALIGNED + outChannels, 0f);
      for (int point = 0; point < POINTS; point++) {
        weights.multiply(engine.kernels(), tiles, v, ALIGNED + point * vStep, inChannels, 1, u,
            ALIGNED + point * weights.length(), zeros, ALIGNED, 0, m, ALIGNED + point * mStep, outChannels);
      }
      if (bias != null) {
        System.arraycopy(bias, 0, zeros, ALIGNED, shape.outChannels());
      }
      tile = 0;
      for (int row = (int) from; row < to; row++) {
        float[] out = scratch.floats(OUTPUT, OUT * outputRow());
        for (int column = 0; column < tileColumns; column++, tile++) {
          engine.kernels().winogradOutput(m, ALIGNED + tile * outChannels, mStep, outChannels, zeros, ALIGNED, out,
              ALIGNED + column * OUT * outChannels, outputRow(), outChannels);
        }
        clearEmptyPatches(out, empty, (row - (int) from) * emptyLength(), zeros);
        store(out, images[row / tileRows], row % tileRows, y, scratch);
      }
    });
  }

  private int emptyLength() {
    return 1 + OUT * tileColumns * OUT;
  }

  /**
   * Marks the output pixels of a row of tiles whose 3x3 patch of the input is all zero, after their number. Their direct
   * sum is exactly 0, and so shall be what this algorithm gives: max pooling decides their ties by position.
   */
  private void findEmptyPatches(float[] d, int[] empty, int at) {
    int width = tileColumns * OUT;
    Arrays.fill(empty, at, at + emptyLength(), 0);
    for (int i = 0; i < IN; i++) {
      for (int j = 0; j < width + 2; j++) {
        int from = ALIGNED + i * inputRow() + j * inChannels;
        int c = 0;
        while (c < inChannels && d[from + c] == 0f) {
          c++;
        }
        if (c < inChannels) {
          for (int row = Math.max(0, i - 2); row <= Math.min(OUT - 1, i); row++) {
            for (int column = Math.max(0, j - 2); column <= Math.min(width - 1, j); column++) {
              empty[at + 1 + row * width + column] = 1;
            }
          }
        }
      }
    }
    int occupied = 0;
    for (int pixel = 1; pixel < emptyLength(); pixel++) {
      occupied += empty[at + pixel];
    }
    empty[at] = OUT * width - occupied;
  }

  private void clearEmptyPatches(float[] out, int[] empty, int at, float[] bias) {
    for (int pixel = 1; pixel < emptyLength() && empty[at] > 0; pixel++) {
      if (empty[at + pixel] == 0) {
        System.arraycopy(bias, ALIGNED, out, ALIGNED + (pixel - 1) * outChannels, outChannels);
      }
    }
  }

  private int inputRow() {
    return (tileColumns * OUT + 2) * inChannels;
  }

  private int outputRow() {
    return tileColumns * OUT * outChannels;
  }

  /** The six rows of the input under a row of tiles, with borders of zeros and channels of zeros. */
  private float[] loadInput(FloatSource x, int image, int tileRow, Scratch scratch) {
    float[] d = scratch.floats(PADDED, IN * inputRow());
    int width = shape.inWidth();
    for (int i = 0; i < IN; i++) {
      int row = tileRow * OUT - 1 + i;
      int at = ALIGNED + i * inputRow();
      if (row < 0 || row >= shape.inHeight()) {
        Arrays.fill(d, at, at + inputRow(), 0f);
      } else {
        Arrays.fill(d, at, at + inChannels, 0f);
        Arrays.fill(d, at + (width + 1) * inChannels, at + inputRow(), 0f);
        read(x, ((long) image * shape.inHeight() + row) * width * shape.inChannels(), width, shape.inChannels(), d,
            at + inChannels, inChannels, scratch);
      }
    }
    return d;
  }

  /** The four rows of the output's gradient under a row of tiles, filled up with zeros. */
  private float[] loadGradient(FloatSource g, int image, int tileRow, Scratch scratch) {
    float[] tile = scratch.floats(GRADIENT, OUT * outputRow());
    int width = shape.outWidth();
    for (int i = 0; i < OUT; i++) {
      int row = tileRow * OUT + i;
      int at = ALIGNED + i * outputRow();
      if (row >= shape.outHeight()) {
        Arrays.fill(tile, at, at + outputRow(), 0f);
      } else {
        Arrays.fill(tile, at + width * outChannels, at + outputRow(), 0f);
        read(g, ((long) image * shape.outHeight() + row) * width * shape.outChannels(), width, shape.outChannels(),
            tile, at, outChannels, scratch);
      }
    }
    return tile;
  }

  /** Reads pixels of {@code channels} to places {@code step} apart, with zeros between. */
  private static void read(FloatSource source, long from, int pixels, int channels, float[] target, int at, int step,
      Scratch scratch) {
    if (step == channels) {
      source.read(from, target, at, pixels * channels);
      return;
    }
    float[] row = scratch.floats(ROW, pixels * channels);
    source.read(from, row, 0, pixels * channels);
    for (int pixel = 0; pixel < pixels; pixel++) {
      System.arraycopy(row, pixel * channels, target, at + pixel * step, channels);
      Arrays.fill(target, at + pixel * step + channels, at + (pixel + 1) * step, 0f);
    }
  }

  private void store(float[] out, int image, int tileRow, Floats y, Scratch scratch) {
    int width = shape.outWidth();
    int channels = shape.outChannels();
    int rows = Math.min(OUT, shape.outHeight() - tileRow * OUT);
    long to = ((long) image * shape.outHeight() + tileRow * OUT) * width * channels;
    if (outputRow() == width * channels) {
      y.write(to, out, ALIGNED, rows * outputRow());
      return;
    }
    float[] compact = scratch.floats(ROW, width * channels);
    for (int i = 0; i < rows; i++) {
      for (int pixel = 0; pixel < width; pixel++) {
        System.arraycopy(out, ALIGNED + i * outputRow() + pixel * outChannels, compact, pixel * channels, channels);
      }
      y.write(to + (long) i * width * channels, compact, 0, width * channels);
    }
  }

  /** Adds the gradient of the weights over some images, {@code [3][3][in][out]}, to what is there. */
  void weightGradient(FloatSource x, FloatSource g, Floats dw, int[] images) {
    int rows = images.length * tileRows;
    int groupRows = groupRows();
    int tiles = Math.min(groupRows, rows) * tileColumns;
    float[] v = engine.takeBuffer(POINTS * (tiles * inChannels + SKEW));
    float[] w = engine.takeBuffer(POINTS * (tiles * outChannels + SKEW));
    float[] sums = engine.takeBuffer(POINTS * shape.inChannels() * outChannels);
    for (int from = 0; from < rows; from += groupRows) {
      int count = Math.min(groupRows, rows - from);
      transformGroup(x, g, images, from, count, v, w);
      addProducts(count * tileColumns, v, w, from == 0, sums);
    }
    addKernels(sums, dw);
    engine.giveBack(v);
    engine.giveBack(w);
    engine.giveBack(sums);
  }

  private void transformGroup(FloatSource x, FloatSource g, int[] images, int from, int count, float[] v, float[] w) {
    int vStep = count * tileColumns * inChannels + SKEW;
    int wStep = count * tileColumns * outChannels + SKEW;
    engine.workers().forEach(count, (index, scratch) -> {
      int image = images[(from + index) / tileRows];
      int tileRow = (from + index) % tileRows;
      float[] d = loadInput(x, image, tileRow, scratch);
      float[] gradient = loadGradient(g, image, tileRow, scratch);
      for (int column = 0; column < tileColumns; column++) {
        int tile = index * tileColumns + column;
        engine.kernels().winogradInput(d, ALIGNED + column * OUT * inChannels, inputRow(), inChannels, inChannels, v,
            ALIGNED + tile * inChannels, vStep);
        engine.kernels().winogradGradient(gradient, ALIGNED + column * OUT * outChannels, outputRow(), outChannels,
            outChannels, w, ALIGNED + tile * outChannels, wStep);
      }
    });
  }

  /** {@code sums += V^T W} at each point: no piece belongs to two tasks, so the number of threads does not matter. */
  private void addProducts(int tiles, float[] v, float[] w, boolean first, float[] sums) {
    int vStep = tiles * inChannels + SKEW;
    int wStep = tiles * outChannels + SKEW;
    engine.workers().forEach(POINTS, (point, scratch) -> {
      float[] zeros = scratch.floats(START, outChannels);
      Arrays.fill(zeros, ALIGNED, ALIGNED + outChannels, 0f);
      int to = ALIGNED + point * shape.inChannels() * outChannels;
      engine.kernels().multiply(shape.inChannels(), outChannels, tiles, v, ALIGNED + point * vStep, 1,
          inChannels, w, ALIGNED + point * wStep, outChannels, first ? zeros : sums, first ? ALIGNED : to, first ? 0 : outChannels,
          sums, to, outChannels);
    });
  }

  private void addKernels(float[] sums, Floats dw) {
    int out = shape.outChannels();
    int tap = shape.inChannels() * out;
    int step = shape.inChannels() * outChannels;
    engine.workers().forEach(shape.inChannels(), (channel, scratch) -> {
      float[] kernel = scratch.floats(ROW, KERNEL * KERNEL * out);
      WinogradTransforms.apply(WinogradTransforms.KERNEL_GRADIENT, sums, ALIGNED + channel * outChannels, IN * step, step, out,
          kernel, 0, KERNEL * out, out);
      float[] total = scratch.floats(OUTPUT, out);
      for (int i = 0; i < KERNEL * KERNEL; i++) {
        dw.read((long) i * tap + channel * out, total, 0, out);
        engine.kernels().add(kernel, i * out, total, 0, out);
        dw.write((long) i * tap + channel * out, total, 0, out);
      }
    });
  }
}
