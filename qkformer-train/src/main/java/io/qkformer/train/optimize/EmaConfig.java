package io.qkformer.train.optimize;

/**
 * How {@link WeightAverage} forgets: timm's {@code model_ema_decay} and {@code model_ema_warmup}.
 *
 * @param decay      the share of the average that stays, in [0, 1]
 * @param start      how it begins
 * @param minDecay   the least decay of {@link Start#WARMUP}, in [0, 1]
 * @param afterStep  until which step the average is a copy of the model, at least 0; not for {@link
 *                   Start#AT_ONCE}
 * @param gamma      of {@link Start#WARMUP}, above 0
 * @param power      of {@link Start#WARMUP}, above 0; 2/3 for a million steps and more, 3/4 for fewer
 */
public record EmaConfig(double decay, Start start, double minDecay, long afterStep, double gamma,
    double power) {

  /** The first steps of an average. */
  public enum Start {
    /** The same decay in all steps, from the weights that there were at first: timm's {@code ModelEmaV2}. */
    AT_ONCE,
    /** The first step copies the model: timm's {@code ModelEmaV3}. */
    COPY,
    /**
     * As {@link #COPY}; then the decay of step 1 + n is {@code 1 - (1 + n / gamma)^-power} while that is
     * less.
     */
    WARMUP
  }

  /** timm's default of {@link #power}. */
  public static final double DEFAULT_POWER = 2.0 / 3;

  /** Checks each value. */
  public EmaConfig {
    requireShare("decay", decay);
    requireShare("minDecay", minDecay);
    if (start == null) {
      throw new IllegalArgumentException("start must be AT_ONCE, COPY or WARMUP, got null");
    }
    if (afterStep < 0) {
      throw new IllegalArgumentException("afterStep must be at least 0, got " + afterStep);
    }
    requirePositive("gamma", gamma);
    requirePositive("power", power);
  }

  /** timm 1.0's {@code model_ema} with a decay. */
  public static EmaConfig of(double decay, Start start) {
    return new EmaConfig(decay, start, 0, 0, 1, DEFAULT_POWER);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be above 0 and finite, got " + value);
    }
  }

  /**
   * The share of the average that stays in a step.
   *
   * @param step counts the optimizer's steps from 1 on
   * @throws IllegalArgumentException when the step is below 1
   */
  public double decayAt(long step) {
    if (step < 1) {
      throw new IllegalArgumentException("step must be at least 1, got " + step);
    }
    if (start == Start.AT_ONCE) {
      return decay;
    }
    long n = step - afterStep - 1;
    if (n <= 0) {
      return 0;
    }
    return start == Start.COPY ? decay
        : Math.max(Math.min(1 - Math.pow(1 + n / gamma, -power), decay), minDecay);
  }
}
