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
    int outWidth = outSize(width);
    int outHeight = outSize(height);
    int rowLength = width * channels;
    int outLength = outWidth * channels;
    engine.workers().forEach(images, (image, scratch) -> {
      float[] band = scratch.floats(0, SIDE * rowLength);
      float[] best = scratch.floats(1, outLength);
      int[] taps = scratch.ints(0, outLength);
      for (int row = 0; row < outHeight; row++) {
        Arrays.fill(best, 0, outLength, Float.NEGATIVE_INFINITY);
        Arrays.fill(taps, 0, outLength, 0);
        for (int kernelRow = 0; kernelRow < SIDE; kernelRow++) {
          int from = row * STRIDE - 1 + kernelRow;
          if (from >= 0 && from < height) {
            x.read(((long) image * height + from) * rowLength, band, 0, rowLength);
            maximumOfRow(band, kernelRow, best, taps);
          }
        }
        long to = ((long) image * outHeight + row) * outLength;
        y.write(to, best, 0, outLength);
        if (argument != null) {
          for (int j = 0; j < outLength; j++) {
            argument[(int) to + j] = (byte) taps[j];
          }
        }
      }
    });
  }

  private void maximumOfRow(float[] row, int kernelRow, float[] best, int[] taps) {
    for (int column = 0; column < outSize(width); column++) {
      for (int kernelColumn = 0; kernelColumn < SIDE; kernelColumn++) {
        int from = column * STRIDE - 1 + kernelColumn;
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
    int outWidth = outSize(width);
    int outHeight = outSize(height);
    int outLength = outWidth * channels;
    int imageLength = height * width * channels;
    engine.workers().forEach(images, (image, scratch) -> {
      float[] gradient = scratch.floats(0, outLength);
      int[] taps = scratch.ints(0, outLength);
      float[] sum = scratch.floats(1, imageLength);
      Arrays.fill(sum, 0, imageLength, 0f);
      for (int row = 0; row < outHeight; row++) {
        long from = ((long) image * outHeight + row) * outLength;
        g.read(from, gradient, 0, outLength);
        for (int j = 0; j < outLength; j++) {
          taps[j] = argument[(int) from + j];
        }
        for (int tap = 0; tap < SIDE * SIDE; tap++) {
          int y = row * STRIDE - 1 + tap / SIDE;
          for (int column = 0; column < outWidth && y >= 0 && y < height; column++) {
            int x = column * STRIDE - 1 + tap % SIDE;
            if (x >= 0 && x < width) {
              engine.kernels().addWhere(gradient, column * channels, taps, column * channels, tap, sum,
                  (y * width + x) * channels, channels);
            }
          }
        }
      }
      dx.write((long) image * imageLength, sum, 0, imageLength);
    });
  }
}
