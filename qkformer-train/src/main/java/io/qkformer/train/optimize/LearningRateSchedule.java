package io.qkformer.train.optimize;

/**
 * The learning rate as a function of the time. Whether it is asked once per epoch (CIFAR, events) or in each
 * step (ImageNet) is the trainer's choice. The time's unit is that of the schedule's lengths: a schedule
 * whose lengths count updates is asked for updates.
 */
@FunctionalInterface
public interface LearningRateSchedule {

  /**
   * The rate at a time.
   *
   * @param epoch 0 is the start of the first epoch; fractions are moments within an epoch
   * @throws IllegalArgumentException when the epoch is negative or not finite
   */
  double at(double epoch);

  /** Checks a time, for implementations. */
  static void requireEpoch(double epoch) {
    if (!(epoch >= 0 && epoch < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("epoch must be at least 0 and finite, got " + epoch);
    }
  }
}
