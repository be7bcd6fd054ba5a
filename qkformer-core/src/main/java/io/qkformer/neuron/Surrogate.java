package io.qkformer.neuron;

import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.MapKernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

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

  /**
   * The neuron's backward pass through all its steps; {@link #derivatives} decides what comes out, and overriding this
   * is for something faster alone.
   *
   * @param h      the membrane potential before the reset, H[t] from {@code hOffset + t * hStep} on
   * @param memory for {@code 2 n} floats behind {@link io.qkformer.kernel.Scratch#ALIGNED}
   * @param g      on entry the gradients of the spikes, on return those of the currents; arranged as h
   */
  default void backward(Kernels kernels, NeuronStep step, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, float[] g, int gOffset, int gStep) {
    Arrays.fill(memory, 0, n, 0f);
    for (int t = steps - 1; t >= 0; t--) {
      int at = hOffset + t * hStep;
      int to = gOffset + t * gStep;
      derivatives(kernels, step.threshold(), h, at, memory, n, n);
      kernels.fireBackward(step, g, to, h, at, memory, n, memory, g, to, n);
    }
  }

  /** {@link #backward} as in {@link MapKernels#sigmoidBackward}, where there is such a way. */
  default boolean backward(MapKernels maps, NeuronStep step, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, Floats g, Floats dx, int offset, int mapStep) {
    return false;
  }
}
