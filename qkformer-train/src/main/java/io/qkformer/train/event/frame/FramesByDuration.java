package io.qkformer.train.event.frame;

import java.util.Locale;
import java.util.Objects;

/**
 * Frames of a given duration, as many as the recording takes.
 *
 * @param microseconds the duration, at least 1
 * @param grid where the frames begin and end
 */
public record FramesByDuration(long microseconds, Grid grid) implements FrameRule {
  /** Where frames of a given duration begin and end. */
  public enum Grid {
    /**
     * SpikingJelly 0.0.0.0.12: a frame begins with the time s of an event and takes all that follow with t &lt;= s +
     * duration; the next frame begins with the next event.
     */
    FROM_EVENT,
    /**
     * SpikingJelly 2.0: frame i takes the events with (t - t0) div duration = i; there are ceil((t[N-1] - t0) /
     * duration) frames, at least one, of which the last takes all that remain.
     */
    FIXED
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the duration is below 1
   */
  public FramesByDuration {
    Checks.atLeastOne("microseconds", microseconds);
    Objects.requireNonNull(grid, "grid");
  }

  @Override
  public String key() {
    return "duration_" + microseconds + "_" + grid.name().toLowerCase(Locale.ROOT);
  }
}
