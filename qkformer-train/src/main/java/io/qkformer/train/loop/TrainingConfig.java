package io.qkformer.train.loop;

import io.qkformer.layer.Recompute;
import io.qkformer.train.optimize.LearningRateSchedule;
import io.qkformer.train.optimize.Mixup;
import java.util.Objects;
import java.util.Optional;

/**
 * How a training runs.
 *
 * @param epochs         how many times the training set is seen
 * @param timeSteps      T of the simulation
 * @param schedule       learning rate by epoch
 * @param rateUpdate     how often the rate follows the schedule
 * @param accumulation   micro-batches of the loader whose gradients are averaged for one step
 * @param labelSmoothing in [0, 1)
 * @param mixup          mixes each micro-batch with its reverse, if present
 * @param seed           of mixup and stochastic depth; the loader and the model have their own
 * @param recompute      what the backward pass computes again instead of keeping it: memory for time
 */
public record TrainingConfig(int epochs, int timeSteps, LearningRateSchedule schedule, RateUpdate rateUpdate,
    int accumulation, double labelSmoothing, Optional<Mixup> mixup, long seed, Recompute recompute) {

  /** When the learning rate changes. */
  public enum RateUpdate {
    /** At the start of each epoch: the reference's CIFAR and event recipes. */
    PER_EPOCH,
    /** Before each step: the reference's ImageNet recipe, and short trainings. */
    PER_STEP
  }

  /** Checks each value. */
  public TrainingConfig {
    requirePositive("epochs", epochs);
    requirePositive("timeSteps (T)", timeSteps);
    requirePositive("accumulation", accumulation);
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(rateUpdate, "rateUpdate");
    Objects.requireNonNull(mixup, "mixup");
    Objects.requireNonNull(recompute, "recompute");
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException("labelSmoothing must be in [0, 1), got " + labelSmoothing);
    }
  }

  /** A training that keeps what its backward pass needs. */
  public TrainingConfig(int epochs, int timeSteps, LearningRateSchedule schedule, RateUpdate rateUpdate,
      int accumulation, double labelSmoothing, Optional<Mixup> mixup, long seed) {
    this(epochs, timeSteps, schedule, rateUpdate, accumulation, labelSmoothing, mixup, seed, Recompute.NONE);
  }

  /** The same, computing parts of the network again. */
  public TrainingConfig withRecompute(Recompute newRecompute) {
    return new TrainingConfig(epochs, timeSteps, schedule, rateUpdate, accumulation, labelSmoothing, mixup, seed,
        newRecompute);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }
}
