package io.qkformer.train.recipe;

import io.qkformer.train.optimize.Algorithm;
import io.qkformer.train.optimize.RateScaling;
import io.qkformer.train.optimize.RateUpdate;
import io.qkformer.train.optimize.ScheduleConfig.Kind;
import io.qkformer.train.optimize.ScheduleConfig;
import io.qkformer.train.optimize.Warmup.Placement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The keys of the learning rate and the epochs. */
final class ScheduleKeys {

  private static final Type<Double> RATE = Types.atLeast(0);

  static final Key<Kind> SCHED = Key.of("sched", Types.constant(Kind.class));
  static final Key<Double> LR = Key.of("lr", RATE);
  static final Key<Double> LR_BASE = Key.of("lr_base", RATE);
  static final Key<Integer> LR_BASE_SIZE = Key.of("lr_base_size", Types.whole(1));
  static final Key<RateScaling> LR_BASE_SCALE = Key.of("lr_base_scale",
      Types.named(new TreeMap<>(Map.of("linear", RateScaling.LINEAR, "sqrt", RateScaling.SQUARE_ROOT)), Map.of()));
  static final Key<Double> BLR = Key.of("blr", RATE);
  static final Key<Double> MIN_LR = Key.of("min_lr", RATE);
  static final Key<Integer> EPOCHS = Key.of("epochs", Types.whole(1));
  static final Key<Integer> WARMUP_EPOCHS = Key.of("warmup_epochs", Types.whole(0));
  static final Key<Double> WARMUP_LR = Key.of("warmup_lr", RATE);
  static final Key<Boolean> WARMUP_PREFIX = Key.of("warmup_prefix", Types.flag());
  static final Key<Integer> COOLDOWN_EPOCHS = Key.of("cooldown_epochs", Types.whole(0));
  static final Key<Double> LR_CYCLE_MUL = Key.of("lr_cycle_mul", Types.above(0));
  static final Key<Double> LR_CYCLE_DECAY = Key.of("lr_cycle_decay", RATE);
  static final Key<Integer> LR_CYCLE_LIMIT = Key.of("lr_cycle_limit", Types.whole(1));
  static final Key<Double> LR_K_DECAY = Key.of("lr_k_decay", Types.above(0));
  static final Key<Double> DECAY_EPOCHS = Key.of("decay_epochs", Types.above(0));
  static final Key<Double> DECAY_RATE = Key.of("decay_rate", RATE, "dr");
  static final Key<Boolean> SCHED_ON_UPDATES = Key.of("sched_on_updates", Types.flag());

  static final List<Key<?>> KEYS = List.of(SCHED, LR, LR_BASE, LR_BASE_SIZE, LR_BASE_SCALE, BLR, MIN_LR, EPOCHS,
      WARMUP_EPOCHS, WARMUP_LR, WARMUP_PREFIX, COOLDOWN_EPOCHS, LR_CYCLE_MUL, LR_CYCLE_DECAY, LR_CYCLE_LIMIT,
      LR_K_DECAY, DECAY_EPOCHS, DECAY_RATE, SCHED_ON_UPDATES);

  /** timm's. */
  static final int DEFAULT_WARMUP_EPOCHS = 5;
  static final double DEFAULT_WARMUP_LR = 1e-5;
  static final double DEFAULT_CYCLE_DECAY = 0.5;
  static final double DEFAULT_DECAY_RATE = ScheduleConfig.DEFAULT_DECAY_RATE;
  /** timm 1.0's and 0.6.12's. */
  static final Set<Double> DEFAULTS_OF_DECAY_EPOCHS = Set.of(ScheduleConfig.DEFAULT_DECAY_EPOCHS, 100.0);
  private static final int DEFAULT_EPOCHS = 300;

  private ScheduleKeys() {
  }

  static ScheduleConfig read(Values values, Algorithm algorithm, int batch) {
    Kind kind = values.get(SCHED, Kind.COSINE);
    double rate = rate(values, algorithm, batch);
    double least = values.get(MIN_LR, 0.0);
    if (kind != Kind.CONSTANT && kind != Kind.STEP && least > rate) {
      throw values.error(MIN_LR, "expected at most the learning rate, " + YamlScalars.number(rate) + ", got "
          + YamlScalars.number(least));
    }
    double start = values.get(WARMUP_LR, kind == Kind.MAE ? 0 : DEFAULT_WARMUP_LR);
    if (kind == Kind.MAE && start != 0) {
      throw values.error(WARMUP_LR, "expected 0, from which sched mae warms up, got " + YamlScalars.number(start)
          + "; take sched cosine for others");
    }
    return values.build(() -> new ScheduleConfig(kind, rate, start, least, values.get(EPOCHS, DEFAULT_EPOCHS),
        values.get(WARMUP_EPOCHS, DEFAULT_WARMUP_EPOCHS),
        values.get(WARMUP_PREFIX, false) ? Placement.PREFIX : Placement.INSIDE, values.get(COOLDOWN_EPOCHS, 0),
        values.get(LR_CYCLE_MUL, 1.0), values.get(LR_CYCLE_DECAY, DEFAULT_CYCLE_DECAY),
        values.get(LR_CYCLE_LIMIT, 1), values.get(LR_K_DECAY, 1.0),
        values.get(DECAY_EPOCHS, ScheduleConfig.DEFAULT_DECAY_EPOCHS),
        values.get(DECAY_RATE, DEFAULT_DECAY_RATE)), WARMUP_PREFIX, SCHED);
  }

  /** {@code lr} counts before {@code blr}, and that before {@code lr_base}. */
  private static double rate(Values values, Algorithm algorithm, int batch) {
    Optional<Double> linear = values.find(BLR).map(base -> RateScaling.LINEAR.rate(base, batch));
    // timm takes the root for names with "ada" or "lamb"
    String name = algorithm.name().toLowerCase(Locale.ROOT);
    RateScaling usual = name.contains("ada") || name.contains("lamb") ? RateScaling.SQUARE_ROOT : RateScaling.LINEAR;
    Optional<Double> scaled = values.find(LR_BASE).map(base -> values.find(LR_BASE_SCALE).orElse(usual)
        .rate(base, batch, values.get(LR_BASE_SIZE, RateScaling.BASE_SIZE)));
    return values.find(LR).or(() -> linear).or(() -> scaled).orElseThrow(() -> values.error(LR,
        "expected the learning rate, got none; give lr, or blr (linear in the batch), or lr_base with lr_base_scale"));
  }

  static RateUpdate readUpdate(Values values) {
    return values.get(SCHED_ON_UPDATES, values.get(SCHED, Kind.COSINE) == Kind.MAE) ? RateUpdate.PER_STEP
        : RateUpdate.PER_EPOCH;
  }

  static void write(ScheduleConfig schedule, RateUpdate update, Lines lines) {
    lines.comment("Learning rate and epochs");
    lines.put(SCHED, schedule.sched());
    lines.put(LR, schedule.lr());
    lines.none(LR_BASE);
    lines.put(LR_BASE_SIZE, RateScaling.BASE_SIZE);
    lines.none(LR_BASE_SCALE);
    lines.none(BLR);
    lines.put(MIN_LR, schedule.minLr());
    lines.put(EPOCHS, schedule.epochs());
    lines.put(WARMUP_EPOCHS, schedule.warmupEpochs());
    lines.put(WARMUP_LR, schedule.warmupLr());
    lines.put(WARMUP_PREFIX, schedule.warmupPrefix() == Placement.PREFIX);
    lines.put(COOLDOWN_EPOCHS, schedule.cooldownEpochs());
    lines.put(LR_CYCLE_MUL, schedule.lrCycleMul());
    lines.put(LR_CYCLE_DECAY, schedule.lrCycleDecay());
    lines.put(LR_CYCLE_LIMIT, schedule.lrCycleLimit());
    lines.put(LR_K_DECAY, schedule.lrKDecay());
    lines.put(DECAY_EPOCHS, schedule.decayEpochs());
    lines.put(DECAY_RATE, schedule.decayRate());
    lines.put(SCHED_ON_UPDATES, update == RateUpdate.PER_STEP);
  }
}
