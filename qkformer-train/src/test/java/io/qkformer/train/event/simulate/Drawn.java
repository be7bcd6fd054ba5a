package io.qkformer.train.event.simulate;

import io.qkformer.train.event.SensorSize;
import java.util.function.IntFunction;

/** A scene of given times and pictures. */
record Drawn(SensorSize size, long[] times, IntFunction<float[]> pictures) implements Scene {
  /** One pixel whose logarithm goes in straight lines through these values. */
  static Drawn pixel(long[] times, float... values) {
    return new Drawn(new SensorSize(1, 1), times, i -> new float[] {values[i]});
  }

  /** Nothing happens. */
  static Drawn still(SensorSize size, long duration) {
    return new Drawn(size, new long[] {0, duration / 3, duration}, i -> new float[size.width() * size.height()]);
  }

  @Override
  public int frames() {
    return times.length;
  }

  @Override
  public long time(int frame) {
    return times[frame];
  }

  @Override
  public float[] logIntensity(int frame) {
    return pictures.apply(frame);
  }
}
