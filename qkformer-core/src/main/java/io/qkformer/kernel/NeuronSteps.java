package io.qkformer.kernel;

import java.util.Arrays;

/**
 * All steps of a neuron's forward and backward pass over tiles, one kernel after the other over one step after the other:
 * the slow twin of {@link SimdNeuronSteps}, {@link SimdPackedSteps} and {@link SimdNeuronBackward}, and the way of those
 * neurons that they do not know.
 */
final class NeuronSteps {

  private NeuronSteps() {}

  /** {@link Kernels#fireSteps}. */
  static void fire(Kernels kernels, NeuronStep step, ChannelNorm norm, float[] x, int xOffset, int xStep, int steps,
      int n, float[] memory, long[] words, int wordOffset, int wordStep, float[] s, int sOffset, int sStep) {
    Arrays.fill(memory, 0, n, step.resetTo());
    for (int t = 0; t < steps; t++) {
      int at = xOffset + t * xStep;
      if (t == 0 || xStep != 0) {
        norm.apply(kernels, 0, x, at, n, x, at);
      }
      int word = wordOffset + t * wordStep;
      kernels.firePacked(step, x, at, memory, 0, n, words, word);
      kernels.unpackPlanes(words, word, 0, 1, s, sOffset + t * sStep, n);
    }
  }

  /** {@link Kernels#firePackedSteps}. */
  static void firePacked(Kernels kernels, NeuronStep step, float[] x, int xOffset, int xStep, int steps, int n, float[] memory,
      long[] words, int wordAt, int wordStep) {
    Arrays.fill(memory, Scratch.ALIGNED, Scratch.ALIGNED + n, step.resetTo());
    for (int t = 0; t < steps; t++) {
      kernels.firePacked(step, x, xOffset + t * xStep, memory, Scratch.ALIGNED, n, words, wordAt + t * wordStep);
    }
  }

  /** {@link Kernels#potentials}. */
  static void potentials(Kernels kernels, NeuronStep step, ChannelNorm norm, float[] x, int xOffset, int xStep, int steps,
      int n, float[] memory, float[] h, int hOffset, int hStep) {
    Arrays.fill(memory, 0, n, step.resetTo());
    for (int t = 0; t < steps; t++) {
      int at = hOffset + t * hStep;
      norm.apply(kernels, 0, x, xOffset + t * xStep, n, h, at);
      kernels.fire(step, h, at, memory, h, at, memory, n, n);
    }
  }

  /** {@link Kernels#sigmoidBackward} of the neurons from {@code from} on. */
  static void backward(Kernels kernels, NeuronStep step, float alpha, float[] h, int hOffset, int hStep, int steps, int from,
      int n, float[] memory, float[] g, int gOffset, int gStep) {
    int count = n - from;
    if (count <= 0) {
      return;
    }
    Arrays.fill(memory, 0, count, 0f);
    for (int t = steps - 1; t >= 0; t--) {
      int at = hOffset + t * hStep + from;
      int to = gOffset + t * gStep + from;
      kernels.sigmoidDerivative(alpha, step.threshold(), h, at, memory, count, count);
      kernels.fireBackward(step, g, to, h, at, memory, count, memory, g, to, count);
    }
  }
}
