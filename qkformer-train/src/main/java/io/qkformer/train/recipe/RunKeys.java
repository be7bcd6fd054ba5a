package io.qkformer.train.recipe;

import io.qkformer.layer.Recompute;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** The keys of a run. */
final class RunKeys {

  static final Key<Long> SEED = Key.of("seed", Types.wholeLong(Long.MIN_VALUE, Long.MAX_VALUE));
  static final Key<Integer> THREADS = Key.of("threads", Types.whole(1));
  static final Key<Recompute> RECOMPUTE = Key.of("recompute", Types.constant(Recompute.class));
  static final Key<Boolean> GRAD_CHECKPOINTING = Key.of("grad_checkpointing", Types.flag());
  static final Key<Integer> START_EPOCH = Key.of("start_epoch", Types.whole(0));
  static final Key<Integer> LOG_INTERVAL = Key.of("log_interval", Types.whole(1));
  static final Key<Path> OUTPUT = Key.of("output", Types.path(), "output_dir");
  static final Key<String> EXPERIMENT = Key.of("experiment", Types.text());

  static final List<Key<?>> KEYS =
      List.of(SEED, THREADS, RECOMPUTE, GRAD_CHECKPOINTING, START_EPOCH, LOG_INTERVAL, OUTPUT, EXPERIMENT);

  /** timm's. */
  private static final long DEFAULT_SEED = 42;
  private static final int DEFAULT_LOG_INTERVAL = 50;

  private RunKeys() {
  }

  static RunRecipe read(Values values) {
    boolean checkpointing = values.get(GRAD_CHECKPOINTING, false);
    Recompute recompute = values.get(RECOMPUTE, checkpointing ? Recompute.BLOCKS : Recompute.NONE);
    return new RunRecipe(values.get(SEED, DEFAULT_SEED),
        values.find(THREADS).map(OptionalInt::of).orElse(OptionalInt.empty()), recompute,
        values.find(START_EPOCH).orElse(0), values.get(LOG_INTERVAL, DEFAULT_LOG_INTERVAL),
        values.find(OUTPUT).orElse(RunRecipe.DEFAULT_OUTPUT), values.find(EXPERIMENT));
  }

  static void write(RunRecipe run, Lines lines) {
    lines.comment("Run");
    lines.put(SEED, run.seed());
    lines.putOptional(THREADS, run.threads().stream().boxed().findFirst());
    lines.put(RECOMPUTE, run.recompute());
    lines.put(GRAD_CHECKPOINTING, run.recompute() != Recompute.NONE);
    lines.put(START_EPOCH, run.startEpoch());
    lines.put(LOG_INTERVAL, run.logInterval());
    lines.put(OUTPUT, run.output());
    lines.putOptional(EXPERIMENT, run.experiment());
  }
}
