package io.qkformer.train.event.frame;

/**
 * Frames with the same number of events: of N events frame i counts those from i d to (i + 1) d - 1 with d = N div T,
 * and the last frame all that remain. What the reference trains with. Source: SpikingJelly, {@code split_by='number'}.
 *
 * @param frames T, at least 1
 */
public record FramesByNumber(int frames) implements FrameRule {
  /**
   * Checks T.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public FramesByNumber {
    Checks.atLeastOne("frames", frames);
  }

  @Override
  public String key() {
    return "number_" + frames;
  }
}
