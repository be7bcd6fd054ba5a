package io.qkformer.train.event.frame;

/**
 * Frames at T points of time from the first event to the last; each event is shared between the two nearest in
 * proportion to its closeness (bilinear in time), in the channel of its polarity. Source: Zhu et al., "Unsupervised
 * Event-based Learning of Optical Flow, Depth, and Egomotion" (arXiv 1812.08156), eq. 1 and 2, there with both
 * polarities in one channel as +1 and -1.
 *
 * @param frames T, at least 1; a single frame counts all events
 */
public record VoxelGrid(int frames) implements FrameRule {
  /**
   * Checks T.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public VoxelGrid {
    Checks.atLeastOne("frames", frames);
  }

  @Override
  public String key() {
    return "voxel_" + frames;
  }
}
