package io.qkformer.train.optimize;

/**
 * A linear rise of the learning rate at the start of a training, timm's {@code warmup_epochs}, {@code
 * warmup_lr} and {@code warmup_prefix}: {@code from + t * (rate - from) / length} for t below the length.
 *
 * @param length    how long, in the schedule's unit (epochs or updates); 0 for none
 * @param from      the rate at t = 0, at least 0
 * @param placement what it does to the rest of the schedule
 */
public record Warmup(int length, double from, Placement placement) {

  /** Where the schedule proper starts. */
  public enum Placement {
    /**
     * At t = 0, hidden by the warm-up: the rate jumps at its end. timm's default, and all of the reference.
     */
    INSIDE,
    /** Where the warm-up ends, which makes the schedule longer by it: timm's {@code warmup_prefix}. */
    PREFIX
  }

  /** No warm-up. */
  public static final Warmup NONE = new Warmup(0, 0, Placement.INSIDE);

  /** Checks each value. */
  public Warmup {
    if (length < 0) {
      throw new IllegalArgumentException("warmupEpochs must be at least 0, got " + length);
    }
    ScheduleChecks.requireRate("warmupRate", from);
    if (placement == null) {
      throw new IllegalArgumentException("placement must be INSIDE or PREFIX, got null");
    }
  }

  boolean covers(double time) {
    return time < length;
  }

  double rateAt(double time, double peak) {
    return from + time * ((peak - from) / length);
  }

  /** The time of the schedule proper. */
  double rest(double time) {
    return placement == Placement.PREFIX ? time - length : time;
  }

  /** By how much the schedule gets longer. */
  int added() {
    return placement == Placement.PREFIX ? length : 0;
  }
}
