package io.qkformer.train.event.simulate;

/**
 * What is seen in a clip of {@link SimulatedGestures}.
 *
 * @param shapes how many shapes at a time, 1 to 16
 * @param duration of a clip in microseconds, 1000 to 10^9
 */
public record GestureConfig(int shapes, long duration) {
  /** Two shapes for a second. */
  public static final GestureConfig DEFAULT = new GestureConfig(2, 1_000_000);

  private static final int MOST_SHAPES = 16;
  private static final long SHORTEST = 1000;
  private static final long LONGEST = 1_000_000_000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public GestureConfig {
    Checks.within("shapes", shapes, 1, MOST_SHAPES);
    Checks.within("duration", duration, SHORTEST, LONGEST);
  }
}
