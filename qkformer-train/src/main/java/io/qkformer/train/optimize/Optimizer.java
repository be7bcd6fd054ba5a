package io.qkformer.train.optimize;

/** Moves parameters along their gradients. Not thread-safe. */
public interface Optimizer {

  /**
   * Updates the parameters by the gradients that have added up since {@link #clear}; leaves the gradients as
   * they are.
   *
   * @param learningRate at least 0
   * @throws IllegalArgumentException when the rate is negative or not finite
   * @throws NonFiniteException       when a gradient holds NaN or infinity; then nothing has changed
   */
  void step(double learningRate);

  /** Sets all gradients to zero. */
  void clear();

  /** What a checkpoint must keep. The tensors are the optimizer's own: the next step changes them. */
  OptimizerState state();

  /**
   * Goes on from a state that was kept: the values are copied.
   *
   * @throws IllegalArgumentException when it is of another model or optimizer, naming the first difference;
   *     then nothing has changed
   */
  void restore(OptimizerState state);
}
