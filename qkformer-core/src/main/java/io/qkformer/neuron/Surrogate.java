package io.qkformer.neuron;

import io.qkformer.kernel.Kernels;

/**
 * The derivative that stands for that of the Heaviside step in the backward pass. To add one, implement
 * {@link #derivative}; {@link #derivatives} may be overridden with something faster.
 */
@FunctionalInterface
public interface Surrogate {

  /**
   * dS/dH.
   *
   * @param u membrane potential before the reset minus firing threshold
   */
  double derivative(double u);

  /**
   * The derivatives at {@code u = h - threshold} of n neurons.
   *
   * @param sg receives them
   */
  default void derivatives(Kernels kernels, float threshold, float[] h, int hOffset, float[] sg, int sgOffset, int n) {
    for (int j = 0; j < n; j++) {
      sg[sgOffset + j] = (float) derivative((double) h[hOffset + j] - threshold);
    }
  }
}
