package io.qkformer.train.optimize;

/**
 * timm's cosine schedule with its defaults, as the CIFAR and event recipes use it (reference-facts 3.2). With
 * W, E the warm-up's and the schedule's length:
 * <pre>
 * e &lt; W:       warmupRate + e * (rate - warmupRate) / W
 * W &lt;= e &lt; E:  minRate + (rate - minRate) * (1 + cos(pi * e / E)) / 2
 * E &lt;= e:       minRate
 * </pre>
 * The cosine is not shifted by the warm-up, so that the rate jumps at e = W and never reaches {@code rate}.
 *
 * @param rate           the peak, lr
 * @param epochs         E, the length of warm-up and cosine together
 * @param warmupEpochs   W, in [0, E]
 * @param warmupRate     the rate at the start of the warm-up
 * @param minRate        the rate at the end, at most {@code rate}
 * @param cooldownEpochs how many epochs follow at {@code minRate}
 */
public record TimmCosine(double rate, int epochs, int warmupEpochs, double warmupRate, double minRate,
    int cooldownEpochs) implements LearningRateSchedule {

  /** Checks each value. */
  public TimmCosine {
    ScheduleChecks.requireSpan(epochs, warmupEpochs);
    ScheduleChecks.requireRate("rate", rate);
    ScheduleChecks.requireRate("warmupRate", warmupRate);
    ScheduleChecks.requireRate("minRate", minRate);
    ScheduleChecks.requireAtMost("minRate", minRate, "rate", rate);
    if (cooldownEpochs < 0) {
      throw new IllegalArgumentException("cooldownEpochs must be at least 0, got " + cooldownEpochs);
    }
  }

  /** How many epochs a training has in all: schedule and cooldown. */
  public int totalEpochs() {
    return epochs + cooldownEpochs;
  }

  @Override
  public double at(double epoch) {
    LearningRateSchedule.requireEpoch(epoch);
    if (epoch < warmupEpochs) {
      return warmupRate + epoch * (rate - warmupRate) / warmupEpochs;
    }
    if (epoch < epochs) {
      return minRate + 0.5 * (rate - minRate) * (1 + Math.cos(Math.PI * epoch / epochs));
    }
    return minRate;
  }
}
