package io.qkformer.inference;

import io.qkformer.kernel.Engine;
import java.util.Objects;

/**
 * What computes a call, and for how many steps.
 *
 * @param engine    one pass at a time
 * @param timeSteps T, to which the first neuron expands a static input
 */
public record InferencePass(Engine engine, int timeSteps) {

  /** Checks T. */
  public InferencePass {
    Objects.requireNonNull(engine, "engine");
    if (timeSteps < 1) {
      throw new IllegalArgumentException("timeSteps (T) must be at least 1, got " + timeSteps);
    }
  }

  /** The shape of the spikes that a current of this shape drives: a static one is the same at each step. */
  Activation.Shape firing(Activation.Shape current) {
    return current.steps() == 1 ? current.withFrames(timeSteps, current.batch()) : current;
  }
}
