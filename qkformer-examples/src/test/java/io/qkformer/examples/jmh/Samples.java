package io.qkformer.examples.jmh;

import io.qkformer.kernel.KernelProvider;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.tensor.RandomStream;
import java.util.Arrays;

/** What the benchmarks have in common: kernels by name, shapes as text, random data. */
final class Samples {

  /** The name of {@link KernelProvider#simd}. */
  static final String SIMD = "simd";
  /** The name of {@link KernelProvider#portable}. */
  static final String PORTABLE = "portable";

  private Samples() {
  }

  static Kernels kernels(String name) {
    return switch (name) {
      case SIMD -> KernelProvider.simd();
      case PORTABLE -> KernelProvider.portable();
      default -> throw new IllegalArgumentException("kernels must be " + SIMD + " or " + PORTABLE + ", got " + name);
    };
  }

  /** The numbers of a shape such as {@code 256x192x1728}. */
  static int[] shape(String text, int rank) {
    int[] shape = Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
    if (shape.length != rank) {
      throw new IllegalArgumentException("expected " + rank + " numbers with x in between, got " + text);
    }
    return shape;
  }

  static float[] gaussian(String purpose, int length) {
    RandomStream random = RandomStream.of(0, purpose);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Spikes, each with this probability. */
  static float[] spikes(int length, double density) {
    RandomStream random = RandomStream.of(0, "spikes");
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextDouble() < density ? 1 : 0;
    }
    return values;
  }

  /** The neuron of the paper. */
  static NeuronStep lif() {
    return new NeuronStep(NeuronStep.Charge.DECAYED_INPUT, 0.5f, 1f, 0f, NeuronStep.Reset.HARD,
        NeuronStep.ResetGradient.DETACHED);
  }
}
