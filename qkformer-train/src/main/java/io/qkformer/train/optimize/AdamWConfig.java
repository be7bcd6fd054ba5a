package io.qkformer.train.optimize;

/**
 * The constants of {@link AdamW}; the learning rate belongs to the schedule, the weight decay to the
 * parameter group.
 *
 * @param beta1   decay of the mean gradient, in [0, 1)
 * @param beta2   decay of the mean squared gradient, in [0, 1)
 * @param epsilon added to the root of the mean squared gradient, above 0
 */
public record AdamWConfig(double beta1, double beta2, double epsilon) {

  /** PyTorch's default of {@link #beta1}. */
  public static final double DEFAULT_BETA1 = 0.9;
  /** PyTorch's default of {@link #beta2}. */
  public static final double DEFAULT_BETA2 = 0.999;
  /** PyTorch's default of {@link #epsilon}. */
  public static final double DEFAULT_EPSILON = 1e-8;

  /** Checks each value. */
  public AdamWConfig {
    requireBeta("beta1", beta1);
    requireBeta("beta2", beta2);
    requireEpsilon(epsilon);
  }

  static void requireEpsilon(double epsilon) {
    // at 0, 0 / (0 + epsilon) would be NaN where a gradient is zero
    if (!(epsilon >= Float.MIN_NORMAL && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("epsilon must be at least " + Float.MIN_NORMAL + " and finite, got "
          + epsilon);
    }
  }

  static void requireBeta(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1), got " + value);
    }
  }

  /** PyTorch's defaults, which the reference uses. */
  public static AdamWConfig defaults() {
    return new AdamWConfig(DEFAULT_BETA1, DEFAULT_BETA2, DEFAULT_EPSILON);
  }
}
