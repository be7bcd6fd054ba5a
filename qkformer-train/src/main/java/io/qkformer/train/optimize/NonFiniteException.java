package io.qkformer.train.optimize;

import java.util.OptionalLong;

/**
 * A training has numbers that are none: NaN or infinity in a gradient, a weight or a feature map. Says where they came up
 * first and, when a guard found them ({@link FiniteGuard}, {@link ForwardGuard}), in which step and of which samples.
 */
public final class NonFiniteException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  /** What holds the number. */
  public enum Kind {
    /** The gradient of a parameter. */
    GRADIENT("gradient", "parameters"),
    /** The values of a parameter. */
    WEIGHT("value", "parameters"),
    /** The images that went into the model. */
    INPUT("value", "inputs"),
    /** Running statistics: what came out of the layer before them. */
    STATISTICS("value", "running statistics"),
    /** The logits, all before them being finite. */
    OUTPUT("value", "outputs");

    private final String word;
    private final String holders;

    Kind(String word, String holders) {
      this.word = word;
      this.holders = holders;
    }
  }

  private final Kind kind;
  private final String parameter;
  private final int affected;
  private final Long step;
  private final transient StepSamples samples;

  /** Found by an optimizer, which knows no samples. */
  NonFiniteException(Kind kind, String parameter, int affected) {
    this(kind, parameter, affected, null, StepSamples.NONE, "");
  }

  /** Found by a guard in an evaluation, which belongs to no step. */
  NonFiniteException(Kind kind, String parameter, int affected, StepSamples samples) {
    this(kind, parameter, affected, null, samples, " (evaluation, " + samples + ")");
  }

  /** Found by a guard. */
  NonFiniteException(Kind kind, String parameter, int affected, long step, StepSamples samples) {
    this(kind, parameter, affected, step, samples, " (step " + step + ", " + samples + ")");
  }

  private NonFiniteException(Kind kind, String parameter, int affected, Long step, StepSamples samples,
      String where) {
    super("the " + kind.word + " of " + parameter + " holds NaN or infinity"
        + (affected > 1 ? ", as do others: " + affected + " " + kind.holders + " in all" : "") + where
        + "; the training diverged: go back to the last checkpoint and lower the learning rate or clip "
        + "gradients");
    this.kind = kind;
    this.parameter = parameter;
    this.affected = affected;
    this.step = step;
    this.samples = samples;
  }

  /** What holds the number. */
  public Kind kind() {
    return kind;
  }

  /** The name of the parameter (running statistics, images, logits) where it came up first. */
  public String parameter() {
    return parameter;
  }

  /** How many parameters are affected. */
  public int affected() {
    return affected;
  }

  /** The step, if known; none for an evaluation. */
  public OptionalLong step() {
    return step == null ? OptionalLong.empty() : OptionalLong.of(step);
  }

  /**
   * The samples of the step, an evaluation's of the data set for the test; none when not known, or when this was read
   * from a stream.
   */
  public StepSamples samples() {
    return samples == null ? StepSamples.NONE : samples;
  }
}
