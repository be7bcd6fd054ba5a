package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/** The maps of a 3x3 convolution of stride 1, cut into tiles of 4x4 outputs with the 6x6 inputs under each. */
final class WinogradTiles {

  /** Side of a tile of the output. */
  static final int OUT = 4;
  /** Side of a tile of the input, and of the points. */
  static final int IN = 6;
  /** Points of a tile. */
  static final int POINTS = IN * IN;
  /** Side of the kernel. */
  static final int KERNEL = 3;

  private static final int PADDED = 0;
  private static final int GRADIENT = 3;
  private static final int ROW = 6;
  /** Of the ints; the one before is the caller's. */
  private static final int OCCUPIED = 1;

  private final ConvolutionShape shape;
  private final int inChannels;
  private final int outChannels;
  private final int tileRows;
  private final int tileColumns;

  WinogradTiles(ConvolutionShape shape) {
    this.shape = shape;
    this.inChannels = new Panels(1, shape.inChannels()).padded();
    this.outChannels = new Panels(1, shape.outChannels()).padded();
    this.tileRows = (shape.outHeight() + OUT - 1) / OUT;
    this.tileColumns = (shape.outWidth() + OUT - 1) / OUT;
  }

  /** Channels of the input with those that are filled up. */
  int inChannels() {
    return inChannels;
  }

  /** Channels of the output with those that are filled up. */
  int outChannels() {
    return outChannels;
  }

  /** Rows of tiles of an image. */
  int rows() {
    return tileRows;
  }

  /** Tiles of a row. */
  int columns() {
    return tileColumns;
  }

  /** Ints that {@link #findEmptyPatches} writes. */
  int emptyLength() {
    return 1 + OUT * tileColumns * OUT;
  }

  /**
   * Marks the output pixels of a row of tiles whose 3x3 patch of the input is all zero, after their number. Their direct
   * sum is exactly 0, and so shall be what this algorithm gives: max pooling decides their ties by position.
   *
   * @param d of {@link #loadInput}
   */
  void findEmptyPatches(float[] d, int tileRow, int[] empty, int at, Scratch scratch) {
    int width = tileColumns * OUT;
    int pixels = width + 2;
    int[] occupied = scratch.ints(OCCUPIED, IN * pixels);
    Arrays.fill(occupied, 0, IN * pixels, 0);
    for (int i = 0; i < IN; i++) {
      int row = tileRow * OUT - 1 + i;
      // the border is known to be zero
      for (int j = 1; j <= shape.inWidth() && row >= 0 && row < shape.inHeight(); j++) {
        occupied[i * pixels + j] = occupied(d, ALIGNED + i * inputRow() + j * inChannels);
      }
    }
    for (int pixel = 0; pixel < IN * pixels - 2; pixel++) {
      occupied[pixel] |= occupied[pixel + 1] | occupied[pixel + 2];
    }
    int found = 0;
    for (int row = 0, to = at + 1; row < OUT; row++, to += width) {
      for (int column = 0, pixel = row * pixels; column < width; column++, pixel++) {
        int any = occupied[pixel] | occupied[pixel + pixels] | occupied[pixel + 2 * pixels];
        empty[to + column] = any;
        found += any;
      }
    }
    empty[at] = OUT * width - found;
  }

  /** 1 where a pixel of the input has any value but zero, else 0. */
  private int occupied(float[] d, int at) {
    int end = at + inChannels;
    int c = at;
    while (c < end && d[c] == 0f) {
      c++;
    }
    return c < end ? 1 : 0;
  }

  /**
   * Sets the pixels that {@link #findEmptyPatches} marked to what they start with.
   *
   * @param channels of a pixel of {@code out}
   */
  void clearEmptyPatches(float[] out, int outAt, int channels, int[] empty, int at, float[] bias) {
    for (int pixel = 1; pixel < emptyLength() && empty[at] > 0; pixel++) {
      if (empty[at + pixel] == 0) {
        System.arraycopy(bias, ALIGNED, out, outAt + (pixel - 1) * channels, channels);
      }
    }
  }

  /** Floats of a row of {@link #loadInput}. */
  int inputRow() {
    return (tileColumns * OUT + 2) * inChannels;
  }

  /** Floats of a row of {@link #loadGradient}. */
  int outputRow() {
    return tileColumns * OUT * outChannels;
  }

  /** The six rows of the input under a row of tiles, with borders of zeros and channels of zeros. */
  float[] loadInput(FloatSource x, int image, int tileRow, Scratch scratch) {
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
  float[] loadGradient(FloatSource g, int image, int tileRow, Scratch scratch) {
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

  /** Output pixels of a row of tiles, without what lies behind the map. */
  int pixels(int tileRow) {
    return lines(tileRow) * shape.outWidth();
  }

  private int lines(int tileRow) {
    return Math.min(OUT, shape.outHeight() - tileRow * OUT);
  }

  /**
   * Moves the lines of a row of tiles together, without what lies behind the map.
   *
   * @param pixels four lines of whole tiles from {@code at} on, {@code step} floats for each pixel
   */
  void joinLines(float[] pixels, int at, int step, int tileRow) {
    int width = shape.outWidth();
    for (int i = 1; i < lines(tileRow) && tileColumns * OUT > width; i++) {
      System.arraycopy(pixels, at + i * tileColumns * OUT * step, pixels, at + i * width * step, width * step);
    }
  }

  /**
   * Writes a row of tiles of some channels of the output.
   *
   * @param out   four rows of pixels, {@code step} floats apart
   * @param first the first channel
   * @param count the number of channels
   */
  void store(float[] out, int step, int image, int tileRow, Floats y, int first, int count) {
    int width = shape.outWidth();
    int channels = shape.outChannels();
    int rows = lines(tileRow);
    long to = ((long) image * shape.outHeight() + tileRow * OUT) * width * channels;
    if (count == channels && step == channels && tileColumns * OUT == width) {
      y.write(to, out, ALIGNED, rows * width * channels);
      return;
    }
    boolean adjoining = count == channels && step == channels;
    for (int i = 0; i < rows; i++) {
      if (adjoining) {
        y.write(to + (long) i * width * channels, out, ALIGNED + i * tileColumns * OUT * step, width * channels);
        continue;
      }
      for (int pixel = 0; pixel < width; pixel++) {
        y.write(to + ((long) i * width + pixel) * channels + first, out,
            ALIGNED + (i * tileColumns * OUT + pixel) * step, count);
      }
    }
  }
}
