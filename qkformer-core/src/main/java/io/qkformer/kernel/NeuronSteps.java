package io.qkformer.kernel;

import java.util.Arrays;

/**
 * All steps of a neuron's forward and backward pass, one kernel after the other over one step after the other: the slow
 * twin of {@link SimdNeuronSteps}, its rest, and the way of those neurons that it does not know.
 */
final class NeuronSteps {

  private NeuronSteps() {}

  /** {@link Kernels#fireSteps} of the neurons from {@code from} on. */
  static void fire(Kernels kernels, NeuronStep step, ChannelNorm norm, float[] x, int xOffset, int xStep, int steps,
      int from, int n, float[] memory, long[] words, int wordOffset, int wordStep, float[] s, int sOffset, int sStep) {
    int count = n - from;
    if (count <= 0) {
      return;
    }
    Arrays.fill(memory, 0, count, step.resetTo());
    for (int t = 0; t < steps; t++) {
      int at = xOffset + t * xStep + from;
      if (t == 0 || xStep != 0) {
        norm.apply(kernels, from % norm.channels(), x, at, count, x, at);
      }
      int word = wordOffset + t * wordStep + from / Long.SIZE;
      kernels.firePacked(step, x, at, memory, 0, count, words, word);
      kernels.unpackPlanes(words, word, 0, 1, s, sOffset + t * sStep + from, count);
    }
  }

  /** {@link Kernels#potentials} of the neurons from {@code from} on. */
  static void potentials(Kernels kernels, NeuronStep step, ChannelNorm norm, float[] x, int xOffset, int xStep, int steps,
      int from, int n, float[] memory, float[] h, int hOffset, int hStep) {
    int count = n - from;
    if (count <= 0) {
      return;
    }
    Arrays.fill(memory, 0, count, step.resetTo());
    for (int t = 0; t < steps; t++) {
      int at = hOffset + t * hStep + from;
      norm.apply(kernels, from % norm.channels(), x, xOffset + t * xStep + from, count, h, at);
      kernels.fire(step, h, at, memory, h, at, memory, count, count);
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
