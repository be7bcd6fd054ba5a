package io.qkformer.train.event.format;

import io.qkformer.train.event.SensorSize;

/** What the readers have in common. */
final class Blocks {
  /** Events in a block: enough to make the work on it count, few enough to stay in the cache. */
  static final int EVENTS = 1 << 14;

  private Blocks() { }

  /** Says that the sensor does not have the pixel of an event. */
  static String noPixel(SensorSize sensor, long x, long y) {
    return "event at x=" + x + ", y=" + y + ": expected a pixel of a sensor of " + sensor + " (width x height)";
  }
}
