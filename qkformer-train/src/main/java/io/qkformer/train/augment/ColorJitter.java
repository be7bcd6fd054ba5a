package io.qkformer.train.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Augmentation;
import io.qkformer.train.data.Image;

/**
 * Random changes of colour in random order (torchvision's {@code ColorJitter}). Of brightness, contrast and
 * saturation each factor is uniform in {@code [max(0, 1 - x), 1 + x]}, that of hue in {@code [-x, x]}; what
 * is 0 is left out.
 *
 * @param brightness at least 0
 * @param contrast at least 0
 * @param saturation at least 0
 * @param hue 0 to 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
    implements Augmentation {
  /** Half the circle. */
  static final double MAX_HUE = 0.5;

  /**
   * Checks each value.
   *
   * @throws IllegalArgumentException if one is negative or not finite, or the hue's above 0.5
   */
  public ColorJitter {
    Checks.notNegative("brightness", brightness);
    Checks.notNegative("contrast", contrast);
    Checks.notNegative("saturation", saturation);
    if (!(hue >= 0 && hue <= MAX_HUE)) {
      throw new IllegalArgumentException("hue: expected 0 to 0.5, got " + hue);
    }
  }

  /** As timm's {@code color_jitter} of one number: brightness, contrast and saturation, no hue. */
  public static ColorJitter of(double strength) {
    return new ColorJitter(strength, strength, strength, 0);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    ColorChange[] order = ColorChange.values();
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      ColorChange swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    Image changed = image;
    for (ColorChange change : order) {
      double strength = strength(change);
      if (strength > 0) {
        changed = change.apply(changed, factor(change, strength, random));
      }
    }
    return changed;
  }

  private double strength(ColorChange change) {
    return switch (change) {
      case BRIGHTNESS -> brightness;
      case CONTRAST -> contrast;
      case SATURATION -> saturation;
      case HUE -> hue;
    };
  }

  /** Draws the factor of one change. */
  static double factor(ColorChange change, double strength, RandomStream random) {
    return change == ColorChange.HUE ? random.nextDouble(-strength, strength)
        : random.nextDouble(Math.max(0, 1 - strength), 1 + strength);
  }
}
