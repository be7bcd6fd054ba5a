package io.qkformer.train.augment;

import io.qkformer.tensor.RandomStream;
import java.util.Locale;

/** timm's {@code interpolation} and {@code train_interpolation}. */
public enum Interpolation {
  /** Always {@link Resampling#NEAREST}. */
  NEAREST,
  /** Always {@link Resampling#BILINEAR}. */
  BILINEAR,
  /** Always {@link Resampling#BICUBIC}. */
  BICUBIC,
  /** Bilinear or bicubic, drawn each time. */
  RANDOM;

  /**
   * Returns the interpolation of timm's name.
   *
   * @throws IllegalArgumentException if it is none of nearest, bilinear, bicubic and random
   */
  public static Interpolation named(String name) {
    for (Interpolation interpolation : values()) {
      if (interpolation.name().toLowerCase(Locale.ROOT).equals(name)) {
        return interpolation;
      }
    }
    throw new IllegalArgumentException(
        "interpolation: expected nearest, bilinear, bicubic or random, got " + name);
  }

  /** Returns the resampling to use; takes a number from the stream only where it is random. */
  Resampling draw(RandomStream random) {
    return switch (this) {
      case NEAREST -> Resampling.NEAREST;
      case BILINEAR -> Resampling.BILINEAR;
      case BICUBIC -> Resampling.BICUBIC;
      case RANDOM -> random.nextInt(2) == 0 ? Resampling.BILINEAR : Resampling.BICUBIC;
    };
  }
}
