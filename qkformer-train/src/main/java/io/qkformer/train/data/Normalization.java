package io.qkformer.train.data;

import java.util.List;

/**
 * How a byte becomes a network's input: {@code (value / 255 - mean[c]) / std[c]}.
 *
 * @param mean of the red, green and blue channel, in units of full brightness
 * @param std standard deviation of the red, green and blue channel, in the same units
 */
public record Normalization(List<Double> mean, List<Double> std) {
  private static final int LEVELS = 256;

  /** Brightness from 0 to 1, for data without known statistics. */
  public static final Normalization UNIT = of(0, 0, 0, 1, 1, 1);
  /** The statistics of the CIFAR-10 training images, which the reference uses for CIFAR-100 as well. */
  public static final Normalization CIFAR10 = of(0.4914, 0.4822, 0.4465, 0.2470, 0.2435, 0.2616);
  /** The statistics that models for ImageNet are trained with. */
  public static final Normalization IMAGENET = of(0.485, 0.456, 0.406, 0.229, 0.224, 0.225);

  /**
   * Checks and copies the lists.
   *
   * @throws IllegalArgumentException unless there are three finite means and three finite deviations above 0
   */
  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != Image.CHANNELS || !mean.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("mean: expected 3 finite numbers, got " + mean);
    }
    if (std.size() != Image.CHANNELS || !std.stream().allMatch(s -> Double.isFinite(s) && s > 0)) {
      throw new IllegalArgumentException("std: expected 3 finite numbers above 0, got " + std);
    }
  }

  private static Normalization of(double meanR, double meanG, double meanB,
      double stdR, double stdG, double stdB) {
    return new Normalization(List.of(meanR, meanG, meanB), List.of(stdR, stdG, stdB));
  }

  /**
   * Normalises an image.
   *
   * @return {@code [H, W, C = 3]}
   */
  public float[] apply(Image image) {
    float[] values = new float[image.bytes().length];
    fill(table(), image.bytes(), values, 0);
    return values;
  }

  /** Writes what the table says of each byte, from {@code start} on. */
  static void fill(float[][] table, byte[] pixels, float[] values, int start) {
    float[] red = table[0];
    float[] green = table[1];
    float[] blue = table[2];
    for (int i = 0; i < pixels.length; i += Image.CHANNELS) {
      values[start + i] = red[pixels[i] & 0xFF];
      values[start + i + 1] = green[pixels[i + 1] & 0xFF];
      values[start + i + 2] = blue[pixels[i + 2] & 0xFF];
    }
  }

  /** Returns the input for each channel and byte, {@code [3][256]}. */
  float[][] table() {
    float[][] table = new float[Image.CHANNELS][LEVELS];
    for (int channel = 0; channel < Image.CHANNELS; channel++) {
      for (int level = 0; level < LEVELS; level++) {
        table[channel][level] = (float) ((level / 255.0 - mean.get(channel)) / std.get(channel));
      }
    }
    return table;
  }
}
