package io.qkformer.train.optimize;

/**
 * Linear warm-up from 0, then half a cosine: the ImageNet recipe's schedule, from MAE (reference-facts 3.2).
 * With W, E the warm-up's and the whole length:
 * <pre>
 * e &lt; W:       rate * e / W
 * W &lt;= e &lt; E:  minRate + (rate - minRate) * (1 + cos(pi * (e - W) / (E - W))) / 2
 * E &lt;= e:       minRate
 * </pre>
 *
 * @param rate         the peak, reached at e = W
 * @param epochs       E
 * @param warmupEpochs W, in [0, E]
 * @param minRate      the rate at the end, at most {@code rate}
 */
public record HalfCosine(double rate, int epochs, int warmupEpochs, double minRate)
    implements LearningRateSchedule {

  /** Checks each value. */
  public HalfCosine {
    ScheduleChecks.requireSpan(epochs, warmupEpochs);
    ScheduleChecks.requireRate("rate", rate);
    ScheduleChecks.requireRate("minRate", minRate);
    ScheduleChecks.requireAtMost("minRate", minRate, "rate", rate);
  }

  @Override
  public double at(double epoch) {
    LearningRateSchedule.requireEpoch(epoch);
    if (epoch < warmupEpochs) {
      return rate * epoch / warmupEpochs;
    }
    if (epoch < epochs) {
      double progress = (epoch - warmupEpochs) / (epochs - warmupEpochs);
      return minRate + (rate - minRate) * 0.5 * (1 + Math.cos(Math.PI * progress));
    }
    return minRate;
  }
}
