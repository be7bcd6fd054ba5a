package io.qkformer.train.optimize;

import java.util.Collections;
import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The constants of {@link Lamb}; the learning rate belongs to the schedule, the weight decay to the parameter
 * group.
 *
 * @param beta1   decay of the mean gradient, in [0, 1)
 * @param beta2   decay of the mean squared gradient, in [0, 1)
 * @param epsilon added to the root of the mean squared gradient, above 0
 * @param maxNorm the longest gradient, of all parameters together, that a step takes as it is; above 0
 * @param options what is done besides
 */
public record LambConfig(double beta1, double beta2, double epsilon, OptionalDouble maxNorm,
    Set<Option> options) {

  /** timm's switches. */
  public enum Option {
    /** Divides the running means by what they lack in the first steps. */
    BIAS_CORRECTION,
    /** Adds {@code (1 - beta1) * g} to the mean gradient instead of g. */
    GRADIENT_AVERAGING,
    /** No trust ratio above 1: LAMBC (arXiv 2011.13584), timm's {@code lambc}. */
    TRUST_CLIP,
    /** A trust ratio also for parameters that have no weight decay. */
    ALWAYS_ADAPT
  }

  /** timm's default of {@link #epsilon}, larger than AdamW's. */
  public static final double DEFAULT_EPSILON = 1e-6;

  /** Checks each value and copies the options. */
  public LambConfig {
    AdamWConfig.requireBeta("beta1", beta1);
    AdamWConfig.requireBeta("beta2", beta2);
    AdamWConfig.requireEpsilon(epsilon);
    if (maxNorm.isPresent() && !(maxNorm.getAsDouble() > 0)) {
      throw new IllegalArgumentException("maxNorm must be above 0, got " + maxNorm.getAsDouble());
    }
    options = Collections.unmodifiableSet(
        options.isEmpty() ? EnumSet.noneOf(Option.class) : EnumSet.copyOf(options));
  }

  /** timm's {@code lamb}. */
  public static LambConfig defaults() {
    return new LambConfig(AdamWConfig.DEFAULT_BETA1, AdamWConfig.DEFAULT_BETA2, DEFAULT_EPSILON,
        OptionalDouble.of(1), EnumSet.of(Option.BIAS_CORRECTION, Option.GRADIENT_AVERAGING));
  }

  boolean has(Option option) {
    return options.contains(option);
  }
}
