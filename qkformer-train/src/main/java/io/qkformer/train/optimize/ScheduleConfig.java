package io.qkformer.train.optimize;

import io.qkformer.train.optimize.Warmup.Placement;

/**
 * How the learning rate changes, under timm's names.
 *
 * @param sched          the kind
 * @param lr             the peak; for a rate that depends on the batch see {@link RateScaling}
 * @param warmupLr       the rate at the start of the warm-up; 0 for {@link Kind#MAE}
 * @param minLr          the least; not for {@link Kind#STEP}
 * @param epochs         how long the schedule is, without cooldown; of {@link Kind#COSINE} the first cycle
 * @param warmupEpochs   how long the warm-up is
 * @param warmupPrefix   whether the warm-up is a part of {@code epochs} or precedes them
 * @param cooldownEpochs how many epochs follow at the least rate; of {@link Kind#COSINE}
 * @param lrCycleMul     of {@link Kind#COSINE}
 * @param lrCycleDecay   of {@link Kind#COSINE}
 * @param lrCycleLimit   of {@link Kind#COSINE}
 * @param lrKDecay       of {@link Kind#COSINE}
 * @param decayEpochs    of {@link Kind#STEP}
 * @param decayRate      of {@link Kind#STEP}
 */
public record ScheduleConfig(Kind sched, double lr, double warmupLr, double minLr, int epochs, int warmupEpochs,
    Placement warmupPrefix, int cooldownEpochs, double lrCycleMul, double lrCycleDecay, int lrCycleLimit,
    double lrKDecay, double decayEpochs, double decayRate) {

  /** The schedules. */
  public enum Kind {
    /** {@link TimmCosine}. */
    COSINE,
    /** {@link HalfCosine}: the ImageNet recipe. */
    MAE,
    /** {@link StepDecay}. */
    STEP,
    /** {@link ConstantRate}. */
    CONSTANT
  }

  /** timm's default of {@link #decayEpochs}. */
  public static final double DEFAULT_DECAY_EPOCHS = 90;
  /** timm's default of {@link #decayRate}. */
  public static final double DEFAULT_DECAY_RATE = 0.1;

  /** Checks each value, by making the schedule. */
  public ScheduleConfig {
    if (sched == null || warmupPrefix == null) {
      throw new IllegalArgumentException("sched and warmupPrefix must be given, got " + sched + ", " + warmupPrefix);
    }
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, got " + epochs);
    }
    if (cooldownEpochs < 0) {
      throw new IllegalArgumentException("cooldownEpochs must be at least 0, got " + cooldownEpochs);
    }
    make(sched, lr, minLr, epochs, new Warmup(warmupEpochs, warmupLr, warmupPrefix), cooldownEpochs,
        new CosineCycles(lrCycleMul, lrCycleDecay, lrCycleLimit), lrKDecay, new double[] {decayEpochs, decayRate});
  }

  /** A schedule of one cycle, with a warm-up that is a part of it. */
  public static ScheduleConfig of(Kind sched, double lr, double minLr, int epochs, int warmupEpochs, double warmupLr,
      int cooldownEpochs) {
    return new ScheduleConfig(sched, lr, warmupLr, minLr, epochs, warmupEpochs, Placement.INSIDE, cooldownEpochs, 1, 1,
        1, 1, DEFAULT_DECAY_EPOCHS, DEFAULT_DECAY_RATE);
  }

  /** The schedule, in epochs; also where the rate changes with each step. */
  public LearningRateSchedule schedule() {
    return make(sched, lr, minLr, epochs, warmup(), cooldownEpochs, cycles(), lrKDecay,
        new double[] {decayEpochs, decayRate});
  }

  /** How many epochs a training has in all. As in timm, only a cosine has a cooldown. */
  public int totalEpochs() {
    return switch (sched) {
      case COSINE -> ((TimmCosine) schedule()).totalEpochs();
      case STEP -> epochs + warmup().added();
      case MAE, CONSTANT -> epochs;
    };
  }

  private Warmup warmup() {
    return new Warmup(warmupEpochs, warmupLr, warmupPrefix);
  }

  private CosineCycles cycles() {
    return new CosineCycles(lrCycleMul, lrCycleDecay, lrCycleLimit);
  }

  private static LearningRateSchedule make(Kind kind, double rate, double minRate, int epochs, Warmup warmup,
      int cooldown, CosineCycles cycles, double kDecay, double... steps) {
    return switch (kind) {
      case COSINE -> new TimmCosine(rate, epochs, warmup, minRate, cooldown, cycles, kDecay);
      case MAE -> new HalfCosine(rate, epochs, warmup.length(), minRate);
      case STEP -> new StepDecay(rate, steps[0], steps[1], warmup);
      case CONSTANT -> new ConstantRate(rate);
    };
  }
}
