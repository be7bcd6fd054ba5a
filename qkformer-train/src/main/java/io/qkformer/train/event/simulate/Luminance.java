package io.qkformer.train.event.simulate;

import io.qkformer.train.data.Image;

/**
 * The brightness of an image's pixels, resampled with sub-pixel accuracy. Beyond its edges the image goes on with the
 * values of its outermost pixels.
 */
final class Luminance {
  private static final float RED = 0.299f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  private final int width;
  private final int height;
  private final float[] values;

  /** The luma of ITU-R BT.601, 0 to 255. */
  Luminance(Image image) {
    width = image.width();
    height = image.height();
    values = new float[width * height];
    byte[] bytes = image.bytes();
    for (int i = 0; i < values.length; i++) {
      int at = i * Image.CHANNELS;
      values[i] = RED * (bytes[at] & 0xFF) + GREEN * (bytes[at + 1] & 0xFF) + BLUE * (bytes[at + 2] & 0xFF);
    }
  }

  /** The source pixels of each target pixel along one axis, and their weights, {@code [pixels, taps]}. */
  private record Axis(int pixels, int taps, int[] sources, float[] weights) {
    static Axis of(int sources, int targets, double scale, double shift, Resampling resampling) {
      int taps = resampling.taps();
      Axis axis = new Axis(targets, taps, new int[targets * taps], new float[targets * taps]);
      for (int i = 0; i < targets; i++) {
        // pixel centres: the middle of the image lies in the middle of the sensor
        double position = (i + 0.5 - targets / 2.0) / scale + sources / 2.0 - 0.5 - shift;
        double before = Math.floor(position);
        resampling.weights(position - before, axis.weights, i * taps);
        for (int k = 0; k < taps; k++) {
          double source = before + 1 - taps / 2 + k;
          axis.sources[i * taps + k] = (int) Math.max(0, Math.min(sources - 1, source));
        }
      }
      return axis;
    }
  }

  /**
   * The logarithm of brightness on a sensor that the image covers, its middle part if the proportions differ.
   *
   * @param x how far the image is moved to the right, in its shorter sides
   * @param y how far down
   * @return {@code [sensorHeight, sensorWidth]}
   */
  float[] log(int sensorWidth, int sensorHeight, double x, double y, Resampling resampling) {
    double scale = Math.max(sensorWidth / (double) width, sensorHeight / (double) height);
    int side = Math.min(width, height);
    Axis columns = Axis.of(width, sensorWidth, scale, x * side, resampling);
    Axis rows = Axis.of(height, sensorHeight, scale, y * side, resampling);
    float[] wide = new float[height * sensorWidth];
    for (int row = 0; row < height; row++) {
      for (int i = 0; i < sensorWidth; i++) {
        float sum = 0;
        for (int k = i * columns.taps; k < (i + 1) * columns.taps; k++) {
          sum += columns.weights[k] * values[row * width + columns.sources[k]];
        }
        wide[row * sensorWidth + i] = sum;
      }
    }
    return vertical(wide, rows, sensorWidth);
  }

  private static float[] vertical(float[] wide, Axis rows, int width) {
    float[] picture = new float[rows.pixels * width];
    for (int row = 0; row < rows.pixels; row++) {
      int to = row * width;
      for (int k = row * rows.taps; k < (row + 1) * rows.taps; k++) {
        float weight = rows.weights[k];
        int from = rows.sources[k] * width;
        for (int i = 0; i < width; i++) {
          picture[to + i] += weight * wide[from + i];
        }
      }
    }
    for (int i = 0; i < picture.length; i++) {
      picture[i] = LogIntensity.of(picture[i]);
    }
    return picture;
  }
}
