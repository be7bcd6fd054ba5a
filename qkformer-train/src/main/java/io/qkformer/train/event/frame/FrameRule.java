package io.qkformer.train.event.frame;

/** How events become the frames of a clip. */
public sealed interface FrameRule permits FramesByNumber, FramesByTime, FramesByDuration, VoxelGrid {
  /** Returns the rule and its parameters as a part of file names, such as {@code number_16}. */
  String key();
}
