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
public record ScheduleConfig(Kind sched, double lr, double warmupLr, double minLr, int epochs,
    int warmupEpochs, Placement warmupPrefix, int cooldownEpochs, double lrCycleMul, double lrCycleDecay,
    int lrCycleLimit, double lrKDecay, double decayEpochs, double decayRate) {

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
  public ScheduleConfig(Kind sched, double lr, double warmupLr, double minLr, int epochs, int warmupEpochs,
      Placement warmupPrefix, int cooldownEpochs, double lrCycleMul, double lrCycleDecay, int lrCycleLimit,
      double lrKDecay, double decayEpochs, double decayRate) {
    if (sched == null || warmupPrefix == null) {
      throw new IllegalArgumentException("sched and warmupPrefix must be given, got " + sched + ", "
          + warmupPrefix);
    }
    ScheduleChecks.requireSpan(epochs, warmupPrefix == Placement.INSIDE ? warmupEpochs : 0);
    if (cooldownEpochs < 0) {
      throw new IllegalArgumentException("cooldownEpochs must be at least 0, got " + cooldownEpochs);
    }
    if (sched == Kind.MAE && (warmupLr != 0 || warmupPrefix != Placement.INSIDE)) {
      throw new IllegalArgumentException("sched MAE has a warm-up from 0 that is a part of its epochs, got "
          + "warmupLr " + warmupLr + ", warmupPrefix " + warmupPrefix + "; take COSINE for others");
    }
    this.sched = sched;
    this.lr = lr;
    this.warmupLr = warmupLr;
    this.minLr = minLr;
    this.epochs = epochs;
    this.warmupEpochs = warmupEpochs;
    this.warmupPrefix = warmupPrefix;
    this.cooldownEpochs = cooldownEpochs;
    this.lrCycleMul = lrCycleMul;
    this.lrCycleDecay = lrCycleDecay;
    this.lrCycleLimit = lrCycleLimit;
    this.lrKDecay = lrKDecay;
    this.decayEpochs = decayEpochs;
    this.decayRate = decayRate;
    schedule();
  }

  /** A schedule of one cycle, with a warm-up that is a part of it. */
  public static ScheduleConfig of(Kind sched, double lr, double minLr, int epochs, int warmupEpochs,
      double warmupLr, int cooldownEpochs) {
    return new ScheduleConfig(sched, lr, warmupLr, minLr, epochs, warmupEpochs, Placement.INSIDE,
        cooldownEpochs, 1, 1, 1, 1, DEFAULT_DECAY_EPOCHS, DEFAULT_DECAY_RATE);
  }

  /** The schedule, in epochs; also where the rate changes with each step. */
  public LearningRateSchedule schedule() {
    return switch (sched) {
      case COSINE -> cosine();
      case MAE -> new HalfCosine(lr, epochs, warmupEpochs, minLr);
      case STEP -> new StepDecay(lr, decayEpochs, decayRate, warmup());
      case CONSTANT -> new ConstantRate(lr);
    };
  }

  /** How many epochs a training has in all. As in timm, only a cosine has a cooldown. */
  public int totalEpochs() {
    return switch (sched) {
      case COSINE -> cosine().totalEpochs();
      case STEP -> epochs + warmup().added();
      case MAE, CONSTANT -> epochs;
    };
  }

  private TimmCosine cosine() {
    return new TimmCosine(lr, epochs, warmup(), minLr, cooldownEpochs,
        new CosineCycles(lrCycleMul, lrCycleDecay, lrCycleLimit), lrKDecay);
  }

  private Warmup warmup() {
    return new Warmup(warmupEpochs, warmupLr, warmupPrefix);
  }
}
