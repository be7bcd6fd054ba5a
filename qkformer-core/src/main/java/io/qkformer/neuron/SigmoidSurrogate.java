package io.qkformer.neuron;

import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.MapKernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.tensor.Floats;

/**
 * The sigmoid surrogate (eq. 18): {@code alpha s (1 - s)}, {@code s = sigmoid(alpha u)}.
 *
 * @param alpha slope, positive
 */
public record SigmoidSurrogate(double alpha) implements Surrogate {

  /** The slope of the reference. */
  public static final double DEFAULT_ALPHA = 4;

  /** Checks the slope. */
  public SigmoidSurrogate {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha must be positive and finite, got " + alpha);
    }
  }

  /** The slope of the reference, 4. */
  public SigmoidSurrogate() {
    this(DEFAULT_ALPHA);
  }

  @Override
  public double derivative(double u) {
    double e = Math.exp(-Math.abs(alpha * u));
    return alpha * e / ((1 + e) * (1 + e));
  }

  @Override
  public void derivatives(Kernels kernels, float threshold, float[] h, int hOffset, float[] sg, int sgOffset, int n) {
    kernels.sigmoidDerivative((float) alpha, threshold, h, hOffset, sg, sgOffset, n);
  }

  @Override
  public void backward(Kernels kernels, NeuronStep step, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, float[] g, int gOffset, int gStep) {
    kernels.sigmoidBackward(step, (float) alpha, h, hOffset, hStep, steps, n, memory, g, gOffset, gStep);
  }

  @Override
  public boolean backward(MapKernels maps, NeuronStep step, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, Floats g, Floats dx, int offset, int mapStep) {
    return maps.sigmoidBackward(step, (float) alpha, h, hOffset, hStep, steps, n, memory, g, dx, offset, mapStep);
  }
}
