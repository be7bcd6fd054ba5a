package io.qkformer.train.augment;

import io.qkformer.train.data.Image;
import java.util.Locale;

/** What {@link ColorJitter} changes, as torchvision's {@code adjust_...} do it for Pillow's images. */
public enum ColorChange {
  /** Factor 0 is black, 1 the picture. */
  BRIGHTNESS,
  /** Factor 0 is one grey, 1 the picture. */
  CONTRAST,
  /** Factor 0 is greyscale, 1 the picture. */
  SATURATION,
  /** Turns the colours by a share of the circle, from -0.5 to 0.5; 0 is (up to rounding) the picture. */
  HUE;

  /**
   * Returns the change of this name.
   *
   * @throws IllegalArgumentException if it is none of brightness, contrast, saturation and hue
   */
  public static ColorChange named(String name) {
    for (ColorChange change : values()) {
      if (change.name().toLowerCase(Locale.ROOT).equals(name)) {
        return change;
      }
    }
    throw new IllegalArgumentException(
        "colour change: expected brightness, contrast, saturation or hue, got " + name);
  }

  /**
   * Changes an image.
   *
   * @throws IllegalArgumentException if a factor is negative or not finite, or the hue's outside [-0.5, 0.5]
   */
  public Image apply(Image image, double factor) {
    if (this == HUE) {
      if (!(Math.abs(factor) <= ColorJitter.MAX_HUE)) {
        throw new IllegalArgumentException("hue: expected -0.5 to 0.5, got " + factor);
      }
      return HueShift.apply(image, factor);
    }
    Checks.notNegative("factor", factor);
    return switch (this) {
      case BRIGHTNESS -> Enhancement.brightness(image, factor);
      case CONTRAST -> Enhancement.contrast(image, factor);
      default -> Enhancement.colour(image, factor);
    };
  }
}
