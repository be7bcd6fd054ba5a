package io.qkformer.train.augment;

/** How a value between pixels is made. */
public enum Resampling {
  /** The pixel in whose cell the point lies. */
  NEAREST(0),
  /** A triangle as wide as two pixels. */
  BILINEAR(1),
  /**
   * Keys' cubic, as wide as four pixels: a = -0.5 when a picture is resized, -1 when it is moved (as in
   * Pillow).
   */
  BICUBIC(2);

  private static final double A = -0.5;

  private final double support;

  Resampling(double support) {
    this.support = support;
  }

  /** Half the width of the resizing kernel, in pixels. */
  double support() {
    return support;
  }

  /** The resizing kernel at a distance. */
  double kernel(double distance) {
    double x = Math.abs(distance);
    return this == BICUBIC ? cubic(x) : Math.max(0, 1 - x);
  }

  private static double cubic(double x) {
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }
}
