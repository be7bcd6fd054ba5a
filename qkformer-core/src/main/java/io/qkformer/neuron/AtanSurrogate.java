package io.qkformer.neuron;

/**
 * The arc tangent surrogate (Fang et al. 2021): {@code alpha / 2 / (1 + (pi / 2 alpha u)^2)}.
 *
 * @param alpha slope, positive; SpikingJelly's default is 2
 */
public record AtanSurrogate(double alpha) implements Surrogate {

  /** Checks the slope. */
  public AtanSurrogate {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha must be positive and finite, got " + alpha);
    }
  }

  /** SpikingJelly's slope, 2. */
  public AtanSurrogate() {
    this(2);
  }

  @Override
  public double derivative(double u) {
    double x = Math.PI / 2 * alpha * u;
    return alpha / 2 / (1 + x * x);
  }
}
