package io.qkformer.train.optimize;

/**
 * timm's step schedule ({@code StepLRScheduler}): {@code rate * decayRate^floor(t / decayEpochs)} after the
 * warm-up.
 *
 * <p>timm 0.6.12 knows no warm-up that is a prefix; in 1.0 it is the class's default, but not that of the
 * training script.
 *
 * @param rate        the first, timm's {@code lr}
 * @param decayEpochs how long each rate stays, above 0; {@code decay_epochs}
 * @param decayRate   what the rate is then multiplied by, at least 0; {@code decay_rate}
 * @param warmup      the rise before the steps or over the first of them
 */
public record StepDecay(double rate, double decayEpochs, double decayRate, Warmup warmup)
    implements LearningRateSchedule {

  /** Checks each value. */
  public StepDecay {
    ScheduleChecks.requireRate("rate", rate);
    ScheduleChecks.requireRate("decayRate", decayRate);
    if (!(decayEpochs > 0 && decayEpochs < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("decayEpochs must be above 0 and finite, got " + decayEpochs);
    }
  }

  @Override
  public double at(double epoch) {
    LearningRateSchedule.requireEpoch(epoch);
    if (warmup.covers(epoch)) {
      return warmup.rateAt(epoch, rate);
    }
    double time = warmup.rest(epoch);
    // whole steps as Python's // counts them: 0.3 / 0.1 is 2 of them, not 3
    return rate * Math.pow(decayRate, Math.rint((time - time % decayEpochs) / decayEpochs));
  }
}
