package io.qkformer.train.recipe;

import io.qkformer.train.optimize.ScheduleConfig.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Keys of the learning rate that mean nothing for the schedule that was chosen. */
final class UnusedScheduleKeys {

  /**
   * Where a key means something.
   *
   * @param key    the key
   * @param silent values that need no remark: defaults, which dumps hold for every key, and what asks for nothing
   * @param kinds  the schedules that the key is for
   */
  private record Use<T>(Key<T> key, Set<T> silent, Set<Kind> kinds) {

    private boolean isInVain(Values values, Kind chosen) {
      return !kinds.contains(chosen) && values.find(key).filter(value -> !silent.contains(value)).isPresent();
    }

    private String remark(Kind chosen) {
      return key.name() + " (of sched " + kinds.stream().map(UnusedScheduleKeys::name).collect(Collectors.joining(", "))
          + ", not of " + name(chosen) + ")";
    }
  }

  private static final Set<Kind> COSINE = EnumSet.of(Kind.COSINE);
  private static final Set<Kind> STEP = EnumSet.of(Kind.STEP);
  private static final Set<Kind> FALLING = EnumSet.of(Kind.COSINE, Kind.MAE);
  private static final Set<Kind> CHANGING = EnumSet.of(Kind.COSINE, Kind.MAE, Kind.STEP);

  private static final List<Use<?>> USES = List.of(
      new Use<>(ScheduleKeys.MIN_LR, Set.of(0.0), FALLING),
      new Use<>(ScheduleKeys.WARMUP_EPOCHS, Set.of(ScheduleKeys.DEFAULT_WARMUP_EPOCHS, 0), CHANGING),
      new Use<>(ScheduleKeys.WARMUP_LR, Set.of(ScheduleKeys.DEFAULT_WARMUP_LR, 0.0), CHANGING),
      new Use<>(ScheduleKeys.WARMUP_PREFIX, Set.of(false), CHANGING),
      new Use<>(ScheduleKeys.COOLDOWN_EPOCHS, Set.of(0), COSINE),
      new Use<>(ScheduleKeys.LR_CYCLE_MUL, Set.of(1.0), COSINE),
      new Use<>(ScheduleKeys.LR_CYCLE_DECAY, Set.of(ScheduleKeys.DEFAULT_CYCLE_DECAY, 1.0), COSINE),
      new Use<>(ScheduleKeys.LR_CYCLE_LIMIT, Set.of(1), COSINE),
      new Use<>(ScheduleKeys.LR_K_DECAY, Set.of(1.0), COSINE),
      new Use<>(ScheduleKeys.DECAY_EPOCHS, ScheduleKeys.DEFAULTS_OF_DECAY_EPOCHS, STEP),
      new Use<>(ScheduleKeys.DECAY_RATE, Set.of(ScheduleKeys.DEFAULT_DECAY_RATE), STEP),
      new Use<>(ScheduleKeys.SCHED_ON_UPDATES, Set.of(false), CHANGING));

  private UnusedScheduleKeys() {
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** A remark for each that was given a value that the schedule does not heed. */
  static List<String> remarks(Values values) {
    Kind chosen = values.get(ScheduleKeys.SCHED, Kind.COSINE);
    return USES.stream().filter(use -> use.isInVain(values, chosen)).map(use -> use.remark(chosen)).toList();
  }
}
