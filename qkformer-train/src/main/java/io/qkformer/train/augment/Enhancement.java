package io.qkformer.train.augment;

import io.qkformer.train.data.Image;

/**
 * Pillow's {@code ImageEnhance}: a picture is mixed with a poor version of itself,
 * {@code d + factor * (v - d)} in single precision, clipped and truncated. A factor of 0 gives the poor
 * version, 1 the picture, more exaggerates.
 */
final class Enhancement {
  private static final int FULL = 255;
  private static final int SMOOTH_CENTRE = 5;
  private static final int SMOOTH_SUM = 13;

  private Enhancement() { }

  /** Away from black. */
  static Image brightness(Image image, double factor) {
    return factor == 1 ? image : fromLevel(image, 0, (float) factor);
  }

  /** Away from the grey of the mean lightness. */
  static Image contrast(Image image, double factor) {
    if (factor == 1) {
      return image;
    }
    byte[] pixels = image.bytes();
    long sum = 0;
    for (int i = 0; i < pixels.length; i += Image.CHANNELS) {
      sum += lightness(pixels, i);
    }
    int mean = (int) ((double) sum / (pixels.length / Image.CHANNELS) + 0.5);
    return fromLevel(image, mean, (float) factor);
  }

  /** Away from the greyscale picture. */
  static Image colour(Image image, double factor) {
    if (factor == 1) {
      return image;
    }
    byte[] pixels = image.toBytes();
    for (int i = 0; i < pixels.length; i += Image.CHANNELS) {
      int grey = lightness(pixels, i);
      for (int channel = 0; channel < Image.CHANNELS; channel++) {
        pixels[i + channel] = blend(grey, pixels[i + channel] & 0xFF, (float) factor);
      }
    }
    return Image.wrap(image.width(), image.height(), pixels);
  }

  /** Away from the smoothed picture; the border of one pixel stays. */
  static Image sharpness(Image image, double factor) {
    if (factor == 1) {
      return image;
    }
    byte[] from = image.bytes();
    byte[] to = from.clone();
    int line = image.width() * Image.CHANNELS;
    for (int y = 1; y < image.height() - 1; y++) {
      int end = (y + 1) * line - Image.CHANNELS;
      for (int i = y * line + Image.CHANNELS; i < end; i++) {
        int sum = three(from, i - line) + three(from, i) + three(from, i + line)
            + (SMOOTH_CENTRE - 1) * (from[i] & 0xFF);
        int smooth = (2 * sum + SMOOTH_SUM) / (2 * SMOOTH_SUM);
        to[i] = blend(smooth, from[i] & 0xFF, (float) factor);
      }
    }
    return Image.wrap(image.width(), image.height(), to);
  }

  private static int three(byte[] pixels, int i) {
    return (pixels[i - Image.CHANNELS] & 0xFF) + (pixels[i] & 0xFF) + (pixels[i + Image.CHANNELS] & 0xFF);
  }

  /** Pillow's conversion to greyscale, ITU-R 601-2 in 16 fraction bits. */
  private static int lightness(byte[] pixels, int i) {
    return (19595 * (pixels[i] & 0xFF) + 38470 * (pixels[i + 1] & 0xFF) + 7471 * (pixels[i + 2] & 0xFF)
        + 32768) >> 16;
  }

  private static Image fromLevel(Image image, int level, float factor) {
    byte[] table = new byte[PointOperations.LEVELS];
    for (int i = 0; i < table.length; i++) {
      table[i] = blend(level, i, factor);
    }
    return PointOperations.map(image, table);
  }

  private static byte blend(int poor, int value, float factor) {
    float mixed = poor + factor * (value - poor);
    return (byte) (int) Math.max(0, Math.min(FULL, mixed));
  }
}
