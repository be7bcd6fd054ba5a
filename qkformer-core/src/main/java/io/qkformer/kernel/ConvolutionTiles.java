package io.qkformer.kernel;

import io.qkformer.tensor.FloatSource;
import java.util.Arrays;

/**
 * How a convolution's output is cut into tiles: a band of rows of one image, or several whole small images. Depends
 * on the shape alone, so that the results do not depend on the number of threads.
 */
final class ConvolutionTiles {

  /** Output pixels per tile: enough rows for the register blocks, few enough for the second-level cache. */
  private static final int PIXELS = 128;
  /** Floats of one unfolded tile, at most: one megabyte. */
  private static final int UNFOLDED = 1 << 18;

  final ConvolutionShape shape;
  private final int rowsPerTile;
  private final int imagesPerTile;
  private final int bands;

  ConvolutionTiles(ConvolutionShape shape) {
    this.shape = shape;
    int pixels = Math.max(16, Math.min(PIXELS, UNFOLDED / shape.taps()));
    this.rowsPerTile = Math.max(1, Math.min(shape.outHeight(), pixels / shape.outWidth()));
    this.bands = (shape.outHeight() + rowsPerTile - 1) / rowsPerTile;
    this.imagesPerTile = bands > 1 ? 1
        : Math.max(1, Math.min(shape.images(), pixels / (shape.outHeight() * shape.outWidth())));
  }

  int count() {
    return (shape.images() + imagesPerTile - 1) / imagesPerTile * bands;
  }

  Tile tile(int index) {
    int image = index / bands * imagesPerTile;
    int row = index % bands * rowsPerTile;
    return new Tile(image, Math.min(imagesPerTile, shape.images() - image), row,
        Math.min(rowsPerTile, shape.outHeight() - row));
  }

  /** Output rows [firstRow, firstRow + rows) of the images [firstImage, firstImage + images). */
  final class Tile {

    final int firstImage;
    final int images;
    final int firstRow;
    final int rows;

    private Tile(int firstImage, int images, int firstRow, int rows) {
      this.firstImage = firstImage;
      this.images = images;
      this.firstRow = firstRow;
      this.rows = rows;
    }

    int pixels() {
      return images * rows * shape.outWidth();
    }

    /** Index of the tile's first output pixel; its pixels are contiguous. */
    long firstPixel() {
      return ((long) firstImage * shape.outHeight() + firstRow) * shape.outWidth();
    }

    private int inputRows() {
      return (rows - 1) * shape.stride() + shape.kernel();
    }

    private int paddedWidth() {
      return shape.inWidth() + 2 * shape.padding();
    }

    /** Rows (pixels) of the padded input that {@link #load} makes. */
    int paddedPixels() {
      return images * inputRows() * paddedWidth();
    }

    /** Copies the input that this tile's output needs, with its border of zeros. */
    float[] load(FloatSource x, Scratch scratch, int slot) {
      int channels = shape.inChannels();
      float[] padded = scratch.floats(slot, paddedPixels() * channels);
      int border = shape.padding() * channels;
      int width = shape.inWidth() * channels;
      int at = 0;
      for (int i = 0; i < images; i++) {
        int top = firstRow * shape.stride() - shape.padding();
        for (int row = top; row < top + inputRows(); row++) {
          if (row < 0 || row >= shape.inHeight()) {
            Arrays.fill(padded, at, at + width + 2 * border, 0f);
          } else {
            Arrays.fill(padded, at, at + border, 0f);
            x.read(((long) (firstImage + i) * shape.inHeight() + row) * width, padded, at + border, width);
            Arrays.fill(padded, at + border + width, at + width + 2 * border, 0f);
          }
          at += width + 2 * border;
        }
      }
      return padded;
    }

    /** Index, in pixels of the padded input, of the first tap of an output pixel's row of the kernel. */
    int tapPixel(int pixel, int kernelRow) {
      int width = shape.outWidth();
      int column = pixel % width;
      int row = pixel / width % rows;
      int image = pixel / width / rows;
      return (image * inputRows() + row * shape.stride() + kernelRow) * paddedWidth() + column * shape.stride();
    }

    /** The tile unfolded: one row of {@code kernel * kernel * inChannels} for each output pixel. */
    float[] unfold(float[] padded, Scratch scratch, int slot) {
      if (shape.kernel() == 1 && shape.stride() == 1) {
        return padded;
      }
      int taps = shape.taps();
      int run = shape.kernel() * shape.inChannels();
      int pixels = pixels();
      float[] unfolded = scratch.floats(slot, pixels * taps);
      for (int pixel = 0; pixel < pixels; pixel++) {
        for (int kernelRow = 0; kernelRow < shape.kernel(); kernelRow++) {
          System.arraycopy(padded, tapPixel(pixel, kernelRow) * shape.inChannels(), unfolded,
              pixel * taps + kernelRow * run, run);
        }
      }
      return unfolded;
    }
  }
}
