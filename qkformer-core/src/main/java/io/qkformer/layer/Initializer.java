package io.qkformer.layer;

import io.qkformer.tensor.RandomStream;

/** How a parameter's values start (reference-facts 2.7). */
@FunctionalInterface
public interface Initializer {

  /** Fills the values, drawing from a stream that belongs to this parameter alone. */
  void fill(float[] values, RandomStream random);

  /** All values the same. */
  static Initializer constant(double value) {
    return (values, random) -> java.util.Arrays.fill(values, (float) value);
  }

  /**
   * Uniform in {@code (-b, b)}, {@code b = 1 / sqrt(fanIn)}: PyTorch's default of a convolution's weight and bias
   * ({@code kaiming_uniform} with a = sqrt(5)).
   */
  static Initializer fanInUniform(int fanIn) {
    double bound = 1 / Math.sqrt(fanIn);
    return (values, random) -> {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-bound, bound);
      }
    };
  }

  /** Normal with this deviation, drawn again beyond +-2 (timm's {@code trunc_normal_}): the classification head. */
  static Initializer truncatedNormal(double deviation) {
    return (values, random) -> {
      for (int i = 0; i < values.length; i++) {
        double value;
        do {
          value = deviation * random.nextGaussian();
        } while (Math.abs(value) > 2);
        values[i] = (float) value;
      }
    };
  }
}
