package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/** The gradient of the input of a convolution whose kernel moves by more than one pixel. */
final class StridedGradient {

  /** Floats of a strip's gradients, there and back: half of a second-level cache of half a megabyte. */
  private static final int STRIP_FLOATS = 1 << 16;

  private static final int UNFOLDED = 1;
  private static final int OUT = 2;
  private static final int GRADIENT = 3;
  private static final int START = 7;

  private final Engine engine;
  private final ConvolutionShape shape;

  StridedGradient(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
  }

  /**
   * Any kernel: each image's unfolded gradient is computed and added where it came from.
   *
   * @param transposed the weights as {@code [out][kernel][kernel][in]}
   */
  void fold(FloatSource g, float[] transposed, Floats dx) {
    int taps = shape.taps();
    int width = shape.outChannels();
    int outPixels = shape.outHeight() * shape.outWidth();
    int imageLength = shape.inHeight() * shape.inWidth() * shape.inChannels();
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
          foldPixel(unfolded, column * taps, row, column, sum);
        }
      }
      dx.write((long) image * imageLength, sum, 0, imageLength);
    });
  }

  private void foldPixel(float[] unfolded, int from, int row, int column, float[] sum) {
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

  /**
   * A kernel of one pixel: the product of the gradient's pixels, spread out among zeros.
   *
   * @param transposed the weights as {@code [out][in]}
   */
  void spread(FloatSource g, float[] transposed, Floats dx) {
    Panels weights = new Panels(shape.outChannels(), shape.inChannels());
    float[] packed = engine.takeBuffer(weights.length());
    weights.packRows(transposed, 0, shape.outChannels(), 0, packed, ALIGNED);
    int perRow = shape.stride() * shape.inWidth() * shape.inChannels() + shape.outWidth() * shape.outChannels();
    int rows = Math.max(1, Math.min(shape.outHeight(), STRIP_FLOATS / perRow));
    int strips = (shape.outHeight() + rows - 1) / rows;
    engine.workers().forEach(shape.images() * strips, (index, scratch) -> {
      int first = index % strips * rows;
      spreadStrip(g, weights, packed, dx, index / strips, first, Math.min(rows, shape.outHeight() - first), scratch);
    });
    engine.giveBack(packed);
  }

  private void spreadStrip(FloatSource g, Panels weights, float[] packed, Floats dx, int image, int firstRow, int rows,
      Scratch scratch) {
    int width = shape.outChannels();
    int count = rows * shape.outWidth();
    float[] gradient = scratch.floats(GRADIENT, count * width);
    g.read(((long) image * shape.outHeight() + firstRow) * shape.outWidth() * width, gradient, 0, count * width);
    float[] zeros = scratch.floats(START, weights.padded());
    weights.fillStart(null, 0, zeros);
    float[] product = scratch.floats(UNFOLDED, count * weights.padded());
    weights.multiply(engine.kernels(), count, gradient, 0, width, 1, packed, ALIGNED, zeros, ALIGNED, 0, product,
        ALIGNED, weights.padded());
    writeSpread(product, weights.padded(), dx, image, firstRow, rows, scratch);
  }

  private void writeSpread(float[] product, int apart, Floats dx, int image, int firstRow, int rows, Scratch scratch) {
    int channels = shape.inChannels();
    int inRow = shape.inWidth() * channels;
    int y = firstRow * shape.stride();
    int inRows = Math.min(rows * shape.stride(), shape.inHeight() - y);
    float[] sum = scratch.floats(OUT, inRows * inRow);
    Arrays.fill(sum, 0, inRows * inRow, 0f);
    for (int pixel = 0; pixel < rows * shape.outWidth(); pixel++) {
      int row = pixel / shape.outWidth() * shape.stride();
      int column = pixel % shape.outWidth() * shape.stride();
      System.arraycopy(product, ALIGNED + pixel * apart, sum, row * inRow + column * channels, channels);
    }
    dx.write(((long) image * shape.inHeight() + y) * inRow, sum, 0, inRows * inRow);
  }
}
