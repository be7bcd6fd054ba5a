package io.qkformer.kernel;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * 3x3 max pooling of stride 2 and padding 1 over maps of channels-last rows. The padding never wins; the first maximum
 * in row-major order gets the gradient.
 */
public final class MaxPooling {

  private static final int SIDE = 3;
  private static final int STRIDE = 2;
  /** Floats of the input under one band of output rows, about: half of a second-level cache of half a megabyte. */
  private static final int BAND_FLOATS = 1 << 16;

  private final Engine engine;
  private final int images;
  private final int height;
  private final int width;
  private final int channels;

  /** Pooling of {@code images} maps {@code [height, width, channels]}. */
  public MaxPooling(Engine engine, int images, int height, int width, int channels) {
    this.engine = engine;
    this.images = images;
    this.height = height;
    this.width = width;
    this.channels = channels;
  }

  /** Rows or columns of the output for so many of the input: half, rounded up. */
  public static int outSize(int size) {
    return (size + 1) / STRIDE;
  }

  /**
   * Pools.
   *
   * @param argument receives the winning tap (0..8, row-major) of each output; or null where no backward pass follows
   */
  public void forward(FloatSource x, Floats y, byte[] argument) {
    int rowLength = width * channels;
    int outLength = outSize(width) * channels;
    forBands((image, first, end, scratch) -> {
      float[] band = scratch.floats(0, SIDE * rowLength);
      float[] best = scratch.floats(1, outLength);
      int[] taps = scratch.ints(0, outLength);
      for (int row = first; row < end; row++) {
        Arrays.fill(best, 0, outLength, Float.NEGATIVE_INFINITY);
        Arrays.fill(taps, 0, outLength, 0);
        for (int kernelRow = 0; kernelRow < SIDE; kernelRow++) {
          int from = row * STRIDE - 1 + kernelRow;
          if (from >= 0 && from < height) {
            x.read(((long) image * height + from) * rowLength, band, 0, rowLength);
            maximumOfRow(band, kernelRow, best, taps);
          }
        }
        long to = ((long) image * outSize(height) + row) * outLength;
        y.write(to, best, 0, outLength);
        if (argument != null) {
          for (int j = 0; j < outLength; j++) {
            argument[(int) to + j] = (byte) taps[j];
          }
        }
      }
    });
  }

  /** The rows [first, end) of an image's output. */
  private interface BandTask {
    void run(int image, int first, int end, Scratch scratch);
  }

  private void forBands(BandTask task) {
    int outHeight = outSize(height);
    int bandRows = Math.max(1, BAND_FLOATS / (STRIDE * width * channels));
    int bands = (outHeight + bandRows - 1) / bandRows;
    engine.workers().forEach(images * bands, (index, scratch) -> {
      int first = index % bands * bandRows;
      task.run(index / bands, first, Math.min(outHeight, first + bandRows), scratch);
    });
  }

  private void maximumOfRow(float[] row, int kernelRow, float[] best, int[] taps) {
    for (int column = 0; column < outSize(width); column++) {
      int left = column * STRIDE - 1;
      if (left >= 0 && left + SIDE <= width) {
        engine.kernels().maximumOfTaps(row, left * channels, channels, kernelRow * SIDE, best, column * channels, taps,
            column * channels, channels);
        continue;
      }
      for (int kernelColumn = 0; kernelColumn < SIDE; kernelColumn++) {
        int from = left + kernelColumn;
        if (from >= 0 && from < width) {
          engine.kernels().maximum(row, from * channels, kernelRow * SIDE + kernelColumn, best, column * channels,
              taps, column * channels, channels);
        }
      }
    }
  }

  /**
   * The gradient of the input.
   *
   * @param argument what {@link #forward} left
   */
  public void backward(FloatSource g, byte[] argument, Floats dx) {
    int outHeight = outSize(height);
    int rowLength = width * channels;
    int outLength = outSize(width) * channels;
    forBands((image, first, end, scratch) -> {
      float[] gradient = scratch.floats(0, outLength);
      int[] taps = scratch.ints(0, outLength);
      int top = first * STRIDE;
      int bottom = Math.min(height, end * STRIDE);
      float[] sum = scratch.floats(1, (bottom - top) * rowLength);
      Arrays.fill(sum, 0, (bottom - top) * rowLength, 0f);
      // the row behind the band may have chosen from the band's last
      for (int row = first; row < Math.min(outHeight, end + 1); row++) {
        long from = ((long) image * outHeight + row) * outLength;
        g.read(from, gradient, 0, outLength);
        for (int j = 0; j < outLength; j++) {
          taps[j] = argument[(int) from + j];
        }
        for (int kernelRow = 0; kernelRow < SIDE; kernelRow++) {
          int y = row * STRIDE - 1 + kernelRow;
          if (y >= top && y < bottom) {
            addRow(gradient, taps, kernelRow, sum, (y - top) * rowLength);
          }
        }
      }
      dx.write(((long) image * height + top) * rowLength, sum, 0, (bottom - top) * rowLength);
    });
  }

  private void addRow(float[] gradient, int[] taps, int kernelRow, float[] sum, int to) {
    for (int tap = kernelRow * SIDE; tap < (kernelRow + 1) * SIDE; tap++) {
      for (int column = 0; column < outSize(width); column++) {
        int x = column * STRIDE - 1 + tap % SIDE;
        if (x >= 0 && x < width) {
          engine.kernels().addWhere(gradient, column * channels, taps, column * channels, tap, sum, to + x * channels,
              channels);
        }
      }
    }
  }
}
