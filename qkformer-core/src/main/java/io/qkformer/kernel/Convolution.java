package io.qkformer.kernel;

import io.qkformer.kernel.ConvolutionTiles.Tile;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * Convolution and linear product over tiles, forward and backward. Where the input holds spikes (or small counts of
 * them), sparsely enough, it is a sum of weight rows without multiplication; elsewhere a dense product of the
 * unfolded tile. Each image of a tile decides for itself by the spikes that are there, so the choice depends on data
 * alone, and a sample's result not on its neighbours in the batch.
 *
 * <p>Weights are {@code [kernel][kernel][inChannels][outChannels]}: a spike selects one contiguous row.
 */
public final class Convolution {

  /** How the products with an input are computed. */
  public enum Path {
    /** By the layer's shape and the density of each image in a tile, whichever is faster. */
    BY_DENSITY,
    /** Sums of weight rows wherever an image holds spikes or counts of them, however many. */
    SPIKES,
    /** Always the dense product: the slow twin of the spike-driven one. */
    DENSE
  }

  /** Nanoseconds of one multiply-accumulate of the dense product, measured on one thread (docs/performance.md). */
  private static final double DENSE_COST = 0.02;
  /** Nanoseconds of one addition of a weight row's element. */
  private static final double ADD_COST = 0.08;
  /** Nanoseconds to look for spikes in one element of the input. */
  private static final double LIST_COST = 0.5;
  /** Nanoseconds around the additions of one output pixel and tap. */
  private static final double CALL_COST = 10;
  private static final int PADDED = 0;
  private static final int UNFOLDED = 1;
  private static final int OUT = 2;
  private static final int GRADIENT = 3;
  /** Floats that the partial gradients of one weight may take together, and how many there are at most. */
  private static final long PARTIAL_FLOATS = 16L << 20;
  private static final int PARTIALS = 16;
  private static final int REDUCTION_GRAIN = 1 << 14;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final ConvolutionTiles tiles;
  private final double maxDensity;

  /** A convolution of this shape. */
  public Convolution(Engine engine, ConvolutionShape shape, Path path) {
    this.engine = engine;
    this.shape = shape.canonical();
    this.tiles = new ConvolutionTiles(this.shape);
    this.maxDensity = switch (path) {
      case BY_DENSITY -> crossover(this.shape);
      case SPIKES -> SpikeTile.MAX_COUNT;
      case DENSE -> -1;
    };
  }

  /** Spikes per element up to which sums of weight rows are faster than the dense product; below 0 they never are. */
  private static double crossover(ConvolutionShape shape) {
    int taps = shape.kernel() * shape.kernel();
    double fixed = (LIST_COST / taps + CALL_COST / shape.inChannels()) / shape.outChannels();
    return (DENSE_COST - fixed) / ADD_COST;
  }

  /**
   * {@code y = x * w + bias}.
   *
   * @param bias per output channel, or null
   */
  public void forward(FloatSource x, float[] w, float[] bias, Floats y) {
    int width = shape.outChannels();
    engine.workers().forEach(tiles.count(), (index, scratch) -> {
      Tile tile = tiles.tile(index);
      int pixels = tile.pixels();
      float[] out = scratch.floats(OUT, pixels * width);
      if (bias == null) {
        Arrays.fill(out, 0, pixels * width, 0f);
      } else {
        for (int pixel = 0; pixel < pixels; pixel++) {
          System.arraycopy(bias, 0, out, pixel * width, width);
        }
      }
      float[] padded = tile.load(x, scratch, PADDED);
      SpikeTile spikes = listed(tile, padded, scratch);
      forListedPixels(tile, spikes, (pixel, offset, from, to) -> engine.kernels().addListedRows(w, offset, width,
          spikes.list, from, to, out, pixel * width));
      if (!spikes.allListed()) {
        int taps = shape.taps();
        float[] unfolded = tile.unfold(padded, scratch, UNFOLDED);
        forDensePixels(tile, spikes, (from, count) -> engine.kernels().multiplyAdd(count, width, taps, unfolded,
            from * taps, taps, 1, w, 0, width, out, from * width, width));
      }
      y.write(tile.firstPixel() * width, out, 0, pixels * width);
    });
  }

  private SpikeTile listed(Tile tile, float[] padded, Scratch scratch) {
    SpikeTile spikes = scratch.spikes();
    spikes.build(engine.kernels(), padded, tile.images, tile.paddedPixels() / tile.images, shape.inChannels(),
        maxDensity);
    return spikes;
  }

  private interface PixelRun {
    void accept(int firstPixel, int count);
  }

  /** Runs of neighbouring images that are not listed. */
  private static void forDensePixels(Tile tile, SpikeTile spikes, PixelRun run) {
    int each = tile.pixels() / tile.images;
    int image = 0;
    while (image < tile.images) {
      int first = image;
      while (image < tile.images && spikes.isDense(image)) {
        image++;
      }
      if (image > first) {
        run.accept(first * each, (image - first) * each);
      } else {
        image++;
      }
    }
  }

  private interface ListedPixel {
    void accept(int pixel, int weightOffset, int from, int to);
  }

  /** Each output pixel and tap whose input has spikes, with the weights' offset and the range of the list. */
  private void forListedPixels(Tile tile, SpikeTile spikes, ListedPixel action) {
    if (spikes.isEmpty()) {
      return;
    }
    int[] start = spikes.start;
    // one tap's weights stay in the cache while all pixels pass
    for (int kernelRow = 0; kernelRow < shape.kernel(); kernelRow++) {
      for (int kernelColumn = 0; kernelColumn < shape.kernel(); kernelColumn++) {
        int offset = (kernelRow * shape.kernel() + kernelColumn) * shape.inChannels() * shape.outChannels();
        for (int pixel = 0; pixel < tile.pixels(); pixel++) {
          int row = tile.tapPixel(pixel, kernelRow) + kernelColumn;
          if (start[row] < start[row + 1]) {
            action.accept(pixel, offset, start[row], start[row + 1]);
          }
        }
      }
    }
  }

  /**
   * Adds the gradient of the weights, and of the bias, to what is there.
   *
   * @param x            the forward input
   * @param g            the gradient of the output
   * @param dw           receives the sum with the gradient of the weights
   * @param biasGradient receives the sum with the gradient of the bias, or null
   */
  public void weightGradient(FloatSource x, FloatSource g, Floats dw, Floats biasGradient) {
    int length = shape.weightLength();
    int width = shape.outChannels();
    int count = tiles.count();
    int partials = (int) Math.max(1, Math.min(Math.min(count, PARTIALS), PARTIAL_FLOATS / (length + width)));
    float[][] sums = new float[partials][];
    engine.workers().forEach(partials, (partial, scratch) -> {
      float[] sum = engine.pool().takeBuffer(length + width);
      Arrays.fill(sum, 0, length + width, 0f);
      sums[partial] = sum;
      int end = (int) ((long) count * (partial + 1) / partials);
      for (int index = (int) ((long) count * partial / partials); index < end; index++) {
        addWeightGradient(tiles.tile(index), x, g, biasGradient != null, sum, scratch);
      }
    });
    addPartials(sums, 0, dw);
    if (biasGradient != null) {
      addPartials(sums, length, biasGradient);
    }
    for (float[] sum : sums) {
      engine.pool().giveBack(sum);
    }
  }

  private void addWeightGradient(Tile tile, FloatSource x, FloatSource g, boolean biased, float[] sum,
      Scratch scratch) {
    int width = shape.outChannels();
    int pixels = tile.pixels();
    float[] gradient = scratch.floats(GRADIENT, pixels * width);
    g.read(tile.firstPixel() * width, gradient, 0, pixels * width);
    for (int pixel = 0; pixel < pixels && biased; pixel++) {
      engine.kernels().add(gradient, pixel * width, sum, shape.weightLength(), width);
    }
    float[] padded = tile.load(x, scratch, PADDED);
    SpikeTile spikes = listed(tile, padded, scratch);
    if (!spikes.allListed()) {
      int taps = shape.taps();
      float[] unfolded = tile.unfold(padded, scratch, UNFOLDED);
      forDensePixels(tile, spikes, (from, count) -> engine.kernels().multiplyAdd(taps, width, count, unfolded,
          from * taps, 1, taps, gradient, from * width, width, sum, 0, width));
    }
    forListedPixels(tile, spikes, (pixel, offset, from, to) -> engine.kernels().addToListedRows(gradient,
        pixel * width, width, spikes.list, from, to, sum, offset));
  }

  /** Adds the partial sums to the target, always in the same order. */
  private void addPartials(float[][] sums, int offset, Floats target) {
    engine.workers().forRanges(target.length(), REDUCTION_GRAIN, (from, to, scratch) -> {
      int n = (int) (to - from);
      float[] total = scratch.floats(OUT, n);
      target.read(from, total, 0, n);
      for (float[] sum : sums) {
        engine.kernels().add(sum, offset + (int) from, total, 0, n);
      }
      target.write(from, total, 0, n);
    });
  }

  /**
   * The gradient of the input, {@code dx = g * w^T}.
   *
   * @param g the gradient of the output
   */
  public void inputGradient(FloatSource g, float[] w, Floats dx) {
    float[] reversed = engine.pool().takeBuffer(shape.weightLength());
    if (shape.stride() == 1) {
      // the transposed convolution of stride 1 is a convolution with the kernel turned round
      turnWeights(w, reversed);
      ConvolutionShape turned = new ConvolutionShape(shape.images(), shape.outHeight(), shape.outWidth(),
          shape.outChannels(), shape.inChannels(), shape.kernel(), 1, shape.kernel() - 1 - shape.padding());
      new Convolution(engine, turned, Path.DENSE).forward(g, reversed, null, dx);
    } else {
      transpose(w, 0, shape.taps(), shape.outChannels(), reversed, 0);
      foldedInputGradient(g, reversed, dx);
    }
    engine.pool().giveBack(reversed);
  }

  /** {@code [tap][in][out]} to {@code [last - tap][out][in]}. */
  private void turnWeights(float[] w, float[] turned) {
    int in = shape.inChannels();
    int out = shape.outChannels();
    int taps = shape.kernel() * shape.kernel();
    engine.workers().forEach(taps, (tap, scratch) ->
        transpose(w, tap * in * out, in, out, turned, (taps - 1 - tap) * in * out));
  }

  private static void transpose(float[] source, int from, int rows, int columns, float[] target, int to) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        target[to + c * rows + r] = source[from + r * columns + c];
      }
    }
  }

  /** Any stride: each image's unfolded gradient is computed and added where it came from. */
  private void foldedInputGradient(FloatSource g, float[] transposed, Floats dx) {
    int taps = shape.taps();
    int width = shape.outChannels();
    int channels = shape.inChannels();
    int outPixels = shape.outHeight() * shape.outWidth();
    int imageLength = shape.inHeight() * shape.inWidth() * channels;
    engine.workers().forEach(shape.images(), (image, scratch) -> {
      float[] sum = scratch.floats(OUT, imageLength);
      Arrays.fill(sum, 0, imageLength, 0f);
      float[] gradient = scratch.floats(GRADIENT, shape.outWidth() * width);
      float[] unfolded = scratch.floats(UNFOLDED, shape.outWidth() * taps);
      for (int row = 0; row < shape.outHeight(); row++) {
        g.read(((long) image * outPixels + row * shape.outWidth()) * width, gradient, 0, shape.outWidth() * width);
        Arrays.fill(unfolded, 0, shape.outWidth() * taps, 0f);
        engine.kernels().multiplyAdd(shape.outWidth(), taps, width, gradient, 0, width, 1, transposed, 0, taps,
            unfolded, 0, taps);
        for (int column = 0; column < shape.outWidth(); column++) {
          fold(unfolded, column * taps, row, column, sum);
        }
      }
      dx.write((long) image * imageLength, sum, 0, imageLength);
    });
  }

  private void fold(float[] unfolded, int from, int row, int column, float[] sum) {
    int channels = shape.inChannels();
    for (int kernelRow = 0; kernelRow < shape.kernel(); kernelRow++) {
      int y = row * shape.stride() - shape.padding() + kernelRow;
      for (int kernelColumn = 0; kernelColumn < shape.kernel(); kernelColumn++) {
        int x = column * shape.stride() - shape.padding() + kernelColumn;
        if (y >= 0 && y < shape.inHeight() && x >= 0 && x < shape.inWidth()) {
          engine.kernels().add(unfolded, from + (kernelRow * shape.kernel() + kernelColumn) * channels, sum,
              (y * shape.inWidth() + x) * channels, channels);
        }
      }
    }
  }
}
