package io.qkformer.train.augment;

import io.qkformer.train.data.Image;
import java.util.function.IntUnaryOperator;

/** What Pillow's {@code ImageOps} do to each byte on its own, or by the histogram of its channel. */
final class PointOperations {
  static final int LEVELS = 256;
  private static final int FULL = LEVELS - 1;
  private static final int SOLARIZE_ADD_BELOW = 128;

  private PointOperations() { }

  static Image invert(Image image) {
    return map(image, value -> FULL - value);
  }

  /** Keeps the most significant bits; 8 or more: all, 0 or less: none. */
  static Image posterize(Image image, int bits) {
    if (bits >= Byte.SIZE) {
      return image;
    }
    int mask = bits <= 0 ? 0 : FULL << Byte.SIZE - bits & FULL;
    return map(image, value -> value & mask);
  }

  /** Inverts what is not below the threshold. */
  static Image solarize(Image image, int threshold) {
    return map(image, value -> value < threshold ? value : FULL - value);
  }

  /** Adds to what is below 128. */
  static Image solarizeAdd(Image image, int add) {
    return map(image, value -> value < SOLARIZE_ADD_BELOW ? Math.min(FULL, value + add) : value);
  }

  /** Stretches each channel to the full range. */
  static Image autoContrast(Image image) {
    return mapChannels(image, histogram -> {
      int low = 0;
      while (low < FULL && histogram[low] == 0) {
        low++;
      }
      int high = FULL;
      while (high > 0 && histogram[high] == 0) {
        high--;
      }
      byte[] table = new byte[LEVELS];
      double scale = 255.0 / (high - low);
      double offset = -low * scale;
      for (int i = 0; i < LEVELS; i++) {
        table[i] = high <= low ? (byte) i : (byte) Math.max(0, Math.min(FULL, (int) (i * scale + offset)));
      }
      return table;
    });
  }

  /** Makes each channel's levels equally frequent. */
  static Image equalize(Image image) {
    return mapChannels(image, histogram -> {
      int pixels = 0;
      int used = 0;
      int last = 0;
      for (int count : histogram) {
        if (count > 0) {
          pixels += count;
          used++;
          last = count;
        }
      }
      int step = (pixels - last) / FULL;
      byte[] table = new byte[LEVELS];
      int sum = step / 2;
      for (int i = 0; i < LEVELS; i++) {
        table[i] = (byte) (used <= 1 || step == 0 ? i : Math.min(FULL, sum / step));
        sum += histogram[i];
      }
      return table;
    });
  }

  private static Image map(Image image, IntUnaryOperator change) {
    byte[] table = new byte[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = (byte) change.applyAsInt(i);
    }
    return map(image, table);
  }

  /** Looks up every byte. */
  static Image map(Image image, byte[] table) {
    byte[] pixels = image.toBytes();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = table[pixels[i] & 0xFF];
    }
    return Image.wrap(image.width(), image.height(), pixels);
  }

  private interface TableOfHistogram {
    byte[] of(int[] histogram);
  }

  private static Image mapChannels(Image image, TableOfHistogram tables) {
    byte[] pixels = image.toBytes();
    for (int channel = 0; channel < Image.CHANNELS; channel++) {
      int[] histogram = new int[LEVELS];
      for (int i = channel; i < pixels.length; i += Image.CHANNELS) {
        histogram[pixels[i] & 0xFF]++;
      }
      byte[] table = tables.of(histogram);
      for (int i = channel; i < pixels.length; i += Image.CHANNELS) {
        pixels[i] = table[pixels[i] & 0xFF];
      }
    }
    return Image.wrap(image.width(), image.height(), pixels);
  }
}
