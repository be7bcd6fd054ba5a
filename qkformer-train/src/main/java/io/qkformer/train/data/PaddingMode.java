package io.qkformer.train.data;

import java.util.Locale;

/** What lies around an image when it is padded, as torchvision's {@code padding_mode}. */
public enum PaddingMode {
  /** One colour. */
  CONSTANT,
  /** The pixels of the border, again and again. */
  EDGE,
  /** The image mirrored about its border pixels, which are not repeated: {@code c b | a b c | b a}. */
  REFLECT,
  /** The image mirrored about its border, so that the border pixels come twice: {@code b a | a b c | c b}. */
  SYMMETRIC;

  /** No pixel of the image. */
  static final int OUTSIDE = -1;

  /**
   * Returns the position within 0 to {@code size - 1} whose pixel stands at any position, or {@link
   * #OUTSIDE}.
   */
  int source(int position, int size) {
    if (position >= 0 && position < size) {
      return position;
    }
    return switch (this) {
      case CONSTANT -> OUTSIDE;
      case EDGE -> position < 0 ? 0 : size - 1;
      case REFLECT -> {
        int period = Math.max(1, 2 * (size - 1));
        int phase = Math.floorMod(position, period);
        yield phase < size ? phase : period - phase;
      }
      case SYMMETRIC -> {
        int phase = Math.floorMod(position, 2 * size);
        yield phase < size ? phase : 2 * size - 1 - phase;
      }
    };
  }

  /**
   * Returns the mode of torchvision's name.
   *
   * @throws IllegalArgumentException if it is none of constant, edge, reflect and symmetric
   */
  public static PaddingMode named(String name) {
    for (PaddingMode mode : values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("padding mode: expected constant, edge, reflect or symmetric, got "
        + name);
  }
}
