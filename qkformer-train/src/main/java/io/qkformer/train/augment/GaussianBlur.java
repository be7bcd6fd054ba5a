package io.qkformer.train.augment;

import io.qkformer.train.data.Image;

/**
 * Pillow's {@code ImageFilter.GaussianBlur}: three box blurs each way with a fractional radius (Gwosdek and
 * others, "Theoretical foundations of Gaussian convolution by extended box filtering", SSVM 2011), in 24
 * fraction bits.
 */
final class GaussianBlur {
  private static final int PASSES = 3;
  private static final int FRACTION_BITS = 24;
  private static final int HALF = 1 << FRACTION_BITS - 1;

  private GaussianBlur() { }

  /** Blurs by a standard deviation in pixels; 0 or less changes nothing. */
  static Image apply(Image image, double deviation) {
    if (!(deviation > 0)) {
      return image;
    }
    float radius = boxRadius((float) deviation);
    byte[] from = image.toBytes();
    byte[] to = new byte[from.length];
    int line = image.width() * Image.CHANNELS;
    for (int pass = 0; pass < PASSES; pass++) {
      blur(from, to, image.width(), Image.CHANNELS, image.height(), line, radius);
      byte[] swapped = from;
      from = to;
      to = swapped;
    }
    for (int pass = 0; pass < PASSES; pass++) {
      blur(from, to, image.height(), line, image.width(), Image.CHANNELS, radius);
      byte[] swapped = from;
      from = to;
      to = swapped;
    }
    return Image.wrap(image.width(), image.height(), from);
  }

  /** Equations 7, 11 and 14 of the paper, rounded to single precision where Pillow does. */
  private static float boxRadius(float deviation) {
    float variance = deviation * deviation / PASSES;
    float length = (float) Math.sqrt(12.0 * variance + 1.0);
    float whole = (float) Math.floor((length - 1.0) / 2.0);
    float part = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
    part /= 6 * (variance - (whole + 1) * (whole + 1));
    return whole + part;
  }

  /**
   * One pass along lines of {@code size} pixels, {@code step} bytes apart; lines are {@code pitch} bytes
   * apart.
   */
  private static void blur(byte[] from, byte[] to, int size, int step, int lines, int pitch,
      float boxRadius) {
    int radius = (int) boxRadius;
    int weight = (int) ((1 << FRACTION_BITS) / (boxRadius * 2 + 1));
    int farWeight = ((1 << FRACTION_BITS) - (radius * 2 + 1) * weight) / 2;
    for (int line = 0; line < lines; line++) {
      for (int channel = 0; channel < Image.CHANNELS; channel++) {
        int start = line * pitch + channel;
        int sum = 0;
        for (int i = -radius - 1; i < radius; i++) {
          sum += at(from, start, i, size, step);
        }
        for (int i = 0; i < size; i++) {
          sum += at(from, start, i + radius, size, step) - at(from, start, i - radius - 1, size, step);
          int far = at(from, start, i - radius - 1, size, step) + at(from, start, i + radius + 1, size, step);
          to[start + i * step] = (byte) (sum * weight + far * farWeight + HALF >>> FRACTION_BITS);
        }
      }
    }
  }

  private static int at(byte[] from, int start, int position, int size, int step) {
    return from[start + Math.max(0, Math.min(size - 1, position)) * step] & 0xFF;
  }
}
