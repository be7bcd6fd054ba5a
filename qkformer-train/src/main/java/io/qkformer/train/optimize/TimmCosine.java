package io.qkformer.train.optimize;

/**
 * timm's cosine schedule ({@code CosineLRScheduler}), which the CIFAR and event recipes use with one cycle
 * and a warm-up inside it (reference-facts 3.2). With W the warm-up's length, and cycle i of length T at its
 * moment t:
 * <pre>
 * e &lt; W:        warmupRate + e * (rate - warmupRate) / W
 * i &lt; limit:    minRate + (rate * decay^i - minRate) * (1 + cos(pi * t^k / T^k)) / 2
 * afterwards:   minRate
 * </pre>
 * Unless the warm-up is a prefix, the cosine is not shifted by it, so that the rate jumps at e = W and never
 * reaches {@code rate}.
 *
 * @param rate           the peak, timm's {@code lr}
 * @param epochs         length of the first cycle, {@code t_initial}
 * @param warmup         the rise before it or at its start
 * @param minRate        the rate at the end of a cycle, at most {@code rate}; {@code min_lr}
 * @param cooldownEpochs how many epochs follow at {@code minRate}
 * @param cycles         the restarts
 * @param kDecay         k above 0: 1 is the cosine; larger stays up longer (arXiv 2004.05909); {@code
 *                       lr_k_decay}
 */
public record TimmCosine(double rate, int epochs, Warmup warmup, double minRate, int cooldownEpochs,
    CosineCycles cycles, double kDecay) implements LearningRateSchedule {

  /** Checks each value. */
  public TimmCosine {
    ScheduleChecks.requireSpan(epochs, warmup.length() - warmup.added());
    ScheduleChecks.requireRate("rate", rate);
    ScheduleChecks.requireRate("minRate", minRate);
    ScheduleChecks.requireAtMost("minRate", minRate, "rate", rate);
    if (cooldownEpochs < 0) {
      throw new IllegalArgumentException("cooldownEpochs must be at least 0, got " + cooldownEpochs);
    }
    if (!(kDecay > 0 && kDecay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("kDecay must be above 0 and finite, got " + kDecay);
    }
  }

  /**
   * The reference's: one cycle, the warm-up inside it.
   *
   * @param warmupEpochs W, in [0, epochs]
   * @param warmupRate   the rate at the start of the warm-up
   */
  public TimmCosine(double rate, int epochs, int warmupEpochs, double warmupRate, double minRate,
      int cooldownEpochs) {
    this(rate, epochs, new Warmup(warmupEpochs, warmupRate, Warmup.Placement.INSIDE), minRate, cooldownEpochs,
        CosineCycles.ONE, 1);
  }

  /** How many epochs a training has in all: the cycles, a warm-up that is a prefix, and the cooldown. */
  public int totalEpochs() {
    return cycles.total(epochs) + warmup.added() + cooldownEpochs;
  }

  @Override
  public double at(double epoch) {
    LearningRateSchedule.requireEpoch(epoch);
    if (warmup.covers(epoch)) {
      return warmup.rateAt(epoch, rate);
    }
    CosineCycles.Moment now = cycles.at(warmup.rest(epoch), epochs);
    if (now.index() >= cycles.limit()) {
      return minRate;
    }
    double peak = rate * Math.pow(cycles.decay(), now.index());
    double progress = Math.pow(now.time(), kDecay) / Math.pow(now.length(), kDecay);
    return minRate + 0.5 * (peak - minRate) * (1 + Math.cos(Math.PI * progress));
  }
}
