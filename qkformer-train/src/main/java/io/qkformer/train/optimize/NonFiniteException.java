package io.qkformer.train.optimize;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A training has numbers that are none: NaN or infinity in a gradient or a weight. Says where they came up
 * first and, when {@link FiniteGuard} found them, in which step and of which samples.
 */
public final class NonFiniteException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  /** What holds the number. */
  public enum Kind {
    /** The gradient of a parameter. */
    GRADIENT("gradient"),
    /** The values of a parameter. */
    WEIGHT("value");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private final Kind kind;
  private final String parameter;
  private final int affected;
  private final Long step;
  private final int[] samples;

  /** Found by an optimizer, which knows no samples. */
  NonFiniteException(Kind kind, String parameter, int affected) {
    this(kind, parameter, affected, null, new int[0], "");
  }

  /** Found by a guard. */
  NonFiniteException(Kind kind, String parameter, int affected, long step, int[] samples) {
    this(kind, parameter, affected, step, samples.clone(),
        " (step " + step + ", samples " + Arrays.toString(samples) + ")");
  }

  private NonFiniteException(Kind kind, String parameter, int affected, Long step, int[] samples,
      String where) {
    super("the " + kind.word + " of " + parameter + " holds NaN or infinity"
        + (affected > 1 ? ", as do others: " + affected + " parameters in all" : "") + where
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

  /** The name of the parameter where it came up first: the others got it from there. */
  public String parameter() {
    return parameter;
  }

  /** How many parameters are affected. */
  public int affected() {
    return affected;
  }

  /** The step, if known. */
  public OptionalLong step() {
    return step == null ? OptionalLong.empty() : OptionalLong.of(step);
  }

  /** Where the step's samples lie in the data set; empty when not known. */
  public int[] samples() {
    return samples.clone();
  }
}
