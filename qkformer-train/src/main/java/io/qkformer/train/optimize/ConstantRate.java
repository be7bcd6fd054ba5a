package io.qkformer.train.optimize;

/**
 * The same learning rate at all times.
 *
 * @param rate at least 0
 */
public record ConstantRate(double rate) implements LearningRateSchedule {

  /** Checks the rate. */
  public ConstantRate {
    ScheduleChecks.requireRate("rate", rate);
  }

  @Override
  public double at(double epoch) {
    LearningRateSchedule.requireEpoch(epoch);
    return rate;
  }
}
