package io.qkformer.train.loop;

import io.qkformer.layer.Recompute;
import io.qkformer.train.augment.RandomErasing;
import io.qkformer.train.optimize.LearningRateSchedule;
import io.qkformer.train.optimize.MixingConfig;
import io.qkformer.train.optimize.RateUpdate;
import java.util.Objects;
import java.util.Optional;

/**
 * How a training runs.
 *
 * @param epochs       how many times the training set is seen
 * @param timeSteps    T of the simulation
 * @param schedule     learning rate by epoch
 * @param rateUpdate   how often the rate follows the schedule
 * @param accumulation micro-batches of the loader whose gradients are averaged for one step
 * @param mixing       how samples are mixed and labels smoothed
 * @param mixingPlace  who mixes the images
 * @param erasing      of the trainer's, after mixing, if any ({@link MixingPlace#TRAINER})
 * @param seed         of mixing, erasing and stochastic depth; the loader and the model have their own
 * @param recompute    what the backward pass computes again instead of keeping it: memory for time
 */
public record TrainingConfig(int epochs, int timeSteps, LearningRateSchedule schedule, RateUpdate rateUpdate,
    int accumulation, MixingConfig mixing, MixingPlace mixingPlace, Optional<RandomErasing> erasing, long seed,
    Recompute recompute) {

  /** Checks each value. */
  public TrainingConfig {
    requirePositive("epochs", epochs);
    requirePositive("timeSteps (T)", timeSteps);
    requirePositive("accumulation", accumulation);
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(rateUpdate, "rateUpdate");
    Objects.requireNonNull(mixing, "mixing");
    Objects.requireNonNull(mixingPlace, "mixingPlace");
    Objects.requireNonNull(erasing, "erasing");
    Objects.requireNonNull(recompute, "recompute");
    if (erasing.isPresent() && mixingPlace == MixingPlace.LOADER) {
      throw new IllegalArgumentException("erasing must be empty where the loader mixes, got " + erasing.get()
          + "; give it to the loader: DataLoader.Builder.normalizedAugmentation");
    }
  }

  /** Nothing mixed, labels smoothed by 0.1, the rate changed with each step, one micro-batch a step, seed 0. */
  public static TrainingConfig of(int epochs, int timeSteps, LearningRateSchedule schedule) {
    return new TrainingConfig(epochs, timeSteps, schedule, RateUpdate.PER_STEP, 1, MixingConfig.defaults(),
        MixingPlace.TRAINER, Optional.empty(), 0, Recompute.NONE);
  }

  /** The same with another time of changing the rate. */
  public TrainingConfig withRateUpdate(RateUpdate newRateUpdate) {
    return new TrainingConfig(epochs, timeSteps, schedule, newRateUpdate, accumulation, mixing, mixingPlace,
        erasing, seed, recompute);
  }

  /** The same with so many micro-batches a step. */
  public TrainingConfig withAccumulation(int microBatches) {
    return new TrainingConfig(epochs, timeSteps, schedule, rateUpdate, microBatches, mixing, mixingPlace, erasing,
        seed, recompute);
  }

  /** The same, mixing otherwise. */
  public TrainingConfig withMixing(MixingConfig newMixing, MixingPlace place) {
    return new TrainingConfig(epochs, timeSteps, schedule, rateUpdate, accumulation, newMixing, place, erasing,
        seed, recompute);
  }

  /** The same, erasing parts of the mixed images. */
  public TrainingConfig withErasing(RandomErasing newErasing) {
    return new TrainingConfig(epochs, timeSteps, schedule, rateUpdate, accumulation, mixing, mixingPlace,
        Optional.of(newErasing), seed, recompute);
  }

  /** The same with another seed. */
  public TrainingConfig withSeed(long newSeed) {
    return new TrainingConfig(epochs, timeSteps, schedule, rateUpdate, accumulation, mixing, mixingPlace, erasing,
        newSeed, recompute);
  }

  /** The same, computing parts of the network again. */
  public TrainingConfig withRecompute(Recompute newRecompute) {
    return new TrainingConfig(epochs, timeSteps, schedule, rateUpdate, accumulation, mixing, mixingPlace, erasing,
        seed, newRecompute);
  }

  /**
   * The rate of a step.
   *
   * @param epoch    counted from 0
   * @param progress in the epoch, in [0, 1)
   */
  double rate(int epoch, double progress) {
    return schedule.at(rateUpdate == RateUpdate.PER_EPOCH ? epoch : epoch + progress);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }
}
