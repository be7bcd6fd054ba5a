package io.qkformer.train.augment;

import java.util.Locale;

/** What an erased box shows: timm's {@code remode}. */
public enum ErasingMode {
  /** 0, which is the mean colour of the data set. */
  CONST,
  /** One standard normal number for each channel of a box. */
  RAND,
  /** One standard normal number for each element. */
  PIXEL;

  /**
   * Returns the mode of timm's name.
   *
   * @throws IllegalArgumentException if it is none of const, rand and pixel
   */
  public static ErasingMode named(String name) {
    for (ErasingMode mode : values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("erasing mode: expected const, rand or pixel, got " + name);
  }
}
