package io.qkformer.train.recipe;

import io.qkformer.train.optimize.EmaConfig;
import io.qkformer.train.optimize.EmaConfig.Start;
import java.util.List;
import java.util.Optional;

/** The keys of the average of the weights. */
final class EmaKeys {

  /** timm's default. */
  private static final double DEFAULT_DECAY = 0.9998;
  private static final EmaConfig USUAL = EmaConfig.of(DEFAULT_DECAY, Start.COPY);

  static final Key<Boolean> MODEL_EMA = Key.of("model_ema", Types.flag());
  static final Key<Double> MODEL_EMA_DECAY = Key.of("model_ema_decay", Types.share());
  static final Key<Boolean> MODEL_EMA_WARMUP = Key.of("model_ema_warmup", Types.flag());
  static final Key<Start> MODEL_EMA_START = Key.of("model_ema_start", Types.constant(Start.class));
  static final Key<Double> MODEL_EMA_MIN_DECAY = Key.of("model_ema_min_decay", Types.share());
  static final Key<Long> MODEL_EMA_AFTER_STEP = Key.of("model_ema_after_step", Types.wholeLong(0, Long.MAX_VALUE));
  static final Key<Double> MODEL_EMA_GAMMA = Key.of("model_ema_gamma", Types.above(0));
  static final Key<Double> MODEL_EMA_POWER = Key.of("model_ema_power", Types.above(0));

  static final List<Key<?>> KEYS = List.of(MODEL_EMA, MODEL_EMA_DECAY, MODEL_EMA_WARMUP, MODEL_EMA_START,
      MODEL_EMA_MIN_DECAY, MODEL_EMA_AFTER_STEP, MODEL_EMA_GAMMA, MODEL_EMA_POWER);

  private EmaKeys() {
  }

  static Optional<EmaConfig> read(Values values) {
    Start start = values.get(MODEL_EMA_START, values.get(MODEL_EMA_WARMUP, false) ? Start.WARMUP : Start.COPY);
    values.find(MODEL_EMA_WARMUP).filter(warmup -> warmup && start != Start.WARMUP).ifPresent(warmup -> {
      throw values.error(MODEL_EMA_WARMUP, "expected no model_ema_start besides it, got one");
    });
    EmaConfig ema = new EmaConfig(values.get(MODEL_EMA_DECAY, USUAL.decay()), start,
        values.get(MODEL_EMA_MIN_DECAY, USUAL.minDecay()), values.get(MODEL_EMA_AFTER_STEP, USUAL.afterStep()),
        values.get(MODEL_EMA_GAMMA, USUAL.gamma()), values.get(MODEL_EMA_POWER, USUAL.power()));
    return values.get(MODEL_EMA, false) ? Optional.of(ema) : Optional.empty();
  }

  static void write(Optional<EmaConfig> average, Lines lines) {
    EmaConfig ema = average.orElse(USUAL);
    lines.comment("Average of the weights");
    lines.put(MODEL_EMA, average.isPresent());
    lines.put(MODEL_EMA_DECAY, ema.decay());
    lines.put(MODEL_EMA_WARMUP, ema.start() == Start.WARMUP);
    lines.put(MODEL_EMA_START, ema.start());
    lines.put(MODEL_EMA_MIN_DECAY, ema.minDecay());
    lines.put(MODEL_EMA_AFTER_STEP, ema.afterStep());
    lines.put(MODEL_EMA_GAMMA, ema.gamma());
    lines.put(MODEL_EMA_POWER, ema.power());
  }
}
