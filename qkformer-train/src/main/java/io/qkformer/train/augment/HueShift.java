package io.qkformer.train.augment;

import io.qkformer.train.data.Image;

/** Turns all hues by the same angle, through the 8-bit HSV of Pillow's Convert.c. */
final class HueShift {
  private static final double FULL = 255.0;
  private static final int SECTORS = 6;

  private HueShift() { }

  /** Turns by this share of the circle, whose 256 steps wrap around. */
  static Image apply(Image image, double share) {
    int shift = (int) (share * FULL);
    byte[] pixels = image.toBytes();
    for (int i = 0; i < pixels.length; i += Image.CHANNELS) {
      turn(pixels, i, shift);
    }
    return Image.wrap(image.width(), image.height(), pixels);
  }

  private static void turn(byte[] pixels, int i, int shift) {
    int red = pixels[i] & 0xFF;
    int green = pixels[i + 1] & 0xFF;
    int blue = pixels[i + 2] & 0xFF;
    int most = Math.max(red, Math.max(green, blue));
    int least = Math.min(red, Math.min(green, blue));
    if (most == least) {
      return;
    }
    float span = most - least;
    int saturation = clip((int) (span / most * FULL));
    int hue = clip((int) (hue(red, green, blue, most, span) * FULL)) + shift & 0xFF;
    toRgb(pixels, i, hue, saturation, most);
  }

  private static float hue(int red, int green, int blue, int most, float span) {
    float fromRed = (most - red) / span;
    float fromGreen = (most - green) / span;
    float fromBlue = (most - blue) / span;
    float hue;
    if (red == most) {
      hue = fromBlue - fromGreen;
    } else if (green == most) {
      hue = (float) (2.0 + fromRed - fromBlue);
    } else {
      hue = (float) (4.0 + fromGreen - fromRed);
    }
    return (float) ((hue / (double) SECTORS + 1.0) % 1.0);
  }

  private static void toRgb(byte[] pixels, int i, int hue, int saturation, int value) {
    if (saturation == 0) {
      put(pixels, i, value, value, value);
      return;
    }
    int sector = (int) Math.floor((float) hue * (double) SECTORS / FULL);
    float rest = (float) ((float) hue * (double) SECTORS / FULL - sector);
    float share = (float) (saturation / FULL);
    int p = rounded(value * (1.0 - share));
    int q = rounded(value * (1.0 - share * rest));
    int t = rounded(value * (1.0 - share * (1.0 - rest)));
    switch (sector % SECTORS) {
      case 0 -> put(pixels, i, value, t, p);
      case 1 -> put(pixels, i, q, value, p);
      case 2 -> put(pixels, i, p, value, t);
      case 3 -> put(pixels, i, p, q, value);
      case 4 -> put(pixels, i, t, p, value);
      default -> put(pixels, i, value, p, q);
    }
  }

  private static int rounded(double value) {
    return clip((int) Math.floor(value + 0.5));
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(PointOperations.LEVELS - 1, value));
  }

  private static void put(byte[] pixels, int i, int red, int green, int blue) {
    pixels[i] = (byte) red;
    pixels[i + 1] = (byte) green;
    pixels[i + 2] = (byte) blue;
  }
}
