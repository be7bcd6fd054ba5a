package io.qkformer.train.event.frame;

/**
 * Frames of the same duration: frame i counts the events with t in [t0 + i d, t0 + (i + 1) d), where d = (t[N-1] - t0)
 * div T, and the last frame all that remain. A frame may be empty (SpikingJelly fails there). Source: SpikingJelly,
 * {@code split_by='time'}.
 *
 * @param frames T, at least 1
 */
public record FramesByTime(int frames) implements FrameRule {
  /**
   * Checks T.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public FramesByTime {
    Checks.atLeastOne("frames", frames);
  }

  @Override
  public String key() {
    return "time_" + frames;
  }
}
