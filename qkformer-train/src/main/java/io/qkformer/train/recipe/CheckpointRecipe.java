package io.qkformer.train.recipe;

import java.util.Objects;
import java.util.Optional;

/**
 * Which weights a training starts with, and what it keeps.
 *
 * @param initial          weights to start with, if any
 * @param history          how many of the best epochs are kept, at least 1: timm's {@code checkpoint_hist}
 * @param recoveryInterval batches between checkpoints within an epoch; 0: none by this count
 * @param recoverySeconds  seconds between checkpoints within an epoch; 0: none by the clock
 */
public record CheckpointRecipe(Optional<InitialWeights> initial, int history, int recoveryInterval,
    int recoverySeconds) {

  /** Checks each value. */
  public CheckpointRecipe {
    Objects.requireNonNull(initial, "initial");
    Checks.atLeast("checkpointHist", 1, history);
    Checks.atLeast("recoveryInterval", 0, recoveryInterval);
    Checks.atLeast("recoverySeconds", 0, recoverySeconds);
  }
}
