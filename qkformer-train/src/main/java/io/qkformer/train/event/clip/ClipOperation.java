package io.qkformer.train.event.clip;

import io.qkformer.train.data.Clip;

/** The operations of {@link SnnAugmentWide}. */
public enum ClipOperation {
  /** Nothing. */
  IDENTITY(0),
  /** Slants; the magnitude is an angle in radians. */
  SHEAR_X(0.3f),
  /** Moves to the right by the magnitude in pixels, cut to a whole number. */
  TRANSLATE_X(5),
  /** Moves down, likewise. */
  TRANSLATE_Y(5),
  /** Turns counter-clockwise by the magnitude in degrees. */
  ROTATE(30),
  /** Sets a random square to 0; the magnitude says nothing. */
  CUTOUT(0);

  /** Number of magnitudes that the reference draws from. */
  public static final int MAGNITUDES = 31;

  private final float greatest;

  ClipOperation(float greatest) {
    this.greatest = greatest;
  }

  /**
   * Carries the operation out.
   *
   * @param magnitude in the operation's unit; {@link #IDENTITY} ignores it
   * @throws IllegalStateException for {@link #CUTOUT}, which takes a box instead: {@link ClipGeometry#erase}
   */
  public Clip apply(Clip clip, double magnitude) {
    return switch (this) {
      case IDENTITY -> clip;
      case SHEAR_X -> ClipGeometry.shearX(clip, magnitude);
      case TRANSLATE_X -> ClipGeometry.translate(clip, (int) magnitude, 0);
      case TRANSLATE_Y -> ClipGeometry.translate(clip, 0, (int) magnitude);
      case ROTATE -> ClipGeometry.rotate(clip, magnitude);
      case CUTOUT -> throw new IllegalStateException("cutout has no magnitude; call ClipGeometry.erase with a box");
    };
  }

  /**
   * Returns the 31 magnitudes from the least to the greatest, as PyTorch's {@code linspace} computes them in float32
   * with fused multiply-add: from both ends towards the middle, so that -1, for example, becomes -0.99999988 and is
   * cut to a translation of 0. Zeros for operations without a magnitude.
   */
  public float[] magnitudes() {
    float step = (greatest + greatest) / (MAGNITUDES - 1);
    float[] magnitudes = new float[MAGNITUDES];
    for (int i = 0; i < MAGNITUDES; i++) {
      magnitudes[i] = i < MAGNITUDES / 2 ? Math.fma(step, i, -greatest)
          : Math.fma(-step, MAGNITUDES - 1 - i, greatest);
    }
    return magnitudes;
  }
}
