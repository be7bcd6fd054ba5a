package io.qkformer.neuron;

/**
 * The rectangular surrogate of STBP (Wu et al. 2018): {@code 1 / width} where {@code |u| < width / 2}, else 0.
 *
 * @param width of the window round the threshold, positive
 */
public record RectangularSurrogate(double width) implements Surrogate {

  /** Checks the width. */
  public RectangularSurrogate {
    if (!(width > 0 && width < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("width must be positive and finite, got " + width);
    }
  }

  /** A window of width 1. */
  public RectangularSurrogate() {
    this(1);
  }

  @Override
  public double derivative(double u) {
    return Math.abs(u) < width / 2 ? 1 / width : 0;
  }
}
