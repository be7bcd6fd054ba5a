package io.qkformer.train.event.simulate;

import io.qkformer.train.event.SensorSize;

/**
 * What the camera sees: the logarithm of brightness of each pixel at some points of time, between which it changes
 * linearly. Frames should be so close in time that edges move by less than a pixel from one to the next.
 */
public interface Scene {
  /** Returns the pixels. */
  SensorSize size();

  /** Returns the number of frames, at least 1. */
  int frames();

  /**
   * Returns when a frame is seen, in microseconds; later than the one before it.
   *
   * @param frame from 0 to {@code frames() - 1}
   */
  long time(int frame);

  /**
   * Returns the natural logarithm of the brightness of each pixel, {@code [H, W]}; any constant may be added. Not to be
   * written to afterwards, by either side.
   *
   * @param frame from 0 to {@code frames() - 1}
   */
  float[] logIntensity(int frame);
}
