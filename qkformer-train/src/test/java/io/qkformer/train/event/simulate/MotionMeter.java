package io.qkformer.train.event.simulate;

import io.qkformer.train.data.Clip;

/**
 * Motion in a clip by comparing each frame with the next one, shifted by a pixel (a Reichardt detector): its mean, and
 * its turning and growing about the middle of the events.
 */
record MotionMeter(double right, double down, double clockwise, double growing) {
  static MotionMeter of(Clip clip) {
    double[] sums = new double[4];
    for (int t = 0; t + 1 < clip.frames(); t++) {
      double middleX = middle(clip, t, true);
      double middleY = middle(clip, t, false);
      for (int y = 0; y < clip.height(); y++) {
        for (int x = 0; x < clip.width(); x++) {
          double u = flow(clip, t, y, x, 0, 1);
          double v = flow(clip, t, y, x, 1, 0);
          double fromX = wrapped(x - middleX, clip.width());
          double fromY = wrapped(y - middleY, clip.height());
          sums[0] += u;
          sums[1] += v;
          sums[2] += fromX * v - fromY * u;
          sums[3] += fromX * u + fromY * v;
        }
      }
    }
    return new MotionMeter(sums[0], sums[1], sums[2], sums[3]);
  }

  private static double flow(Clip clip, int t, int y, int x, int down, int right) {
    int nextY = (y + down) % clip.height();
    int nextX = (x + right) % clip.width();
    double flow = 0;
    for (int c = 0; c < clip.channels(); c++) {
      flow += clip.value(t, y, x, c) * clip.value(t + 1, nextY, nextX, c)
          - clip.value(t, nextY, nextX, c) * clip.value(t + 1, y, x, c);
    }
    return flow;
  }

  /** The mean place of events on a circle. */
  private static double middle(Clip clip, int t, boolean horizontal) {
    double sin = 0;
    double cos = 0;
    int period = horizontal ? clip.width() : clip.height();
    for (int y = 0; y < clip.height(); y++) {
      for (int x = 0; x < clip.width(); x++) {
        double angle = 2 * Math.PI * (horizontal ? x : y) / period;
        double events = clip.value(t, y, x, 0) + clip.value(t, y, x, 1) + clip.value(t + 1, y, x, 0)
            + clip.value(t + 1, y, x, 1);
        sin += events * Math.sin(angle);
        cos += events * Math.cos(angle);
      }
    }
    return Math.atan2(sin, cos) * period / (2 * Math.PI);
  }

  private static double wrapped(double distance, int period) {
    return distance - period * Math.rint(distance / period);
  }
}
