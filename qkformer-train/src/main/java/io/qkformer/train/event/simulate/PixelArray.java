package io.qkformer.train.event.simulate;

import io.qkformer.tensor.RandomStream;
import java.util.Arrays;

/**
 * The pixels of a camera in one recording: how far each one's difference has come, and since when. For one thread.
 */
final class PixelArray {
  private static final String PHASE = "phase of the leak";
  private static final String SHOT = "shot noise";
  private static final double MICROSECONDS = 1e6;
  private static final int FIRST_CAPACITY = 1024;
  private static final int POLARITY_BITS = 1;
  /** Bits of an event's pixel and polarity; the time since the frame is above them. */
  private static final int PLACE_BITS = 25;

  private final double[] on;
  private final double[] off;
  private final double[] leak;
  private final double refractory;
  private final double[] difference;
  /** Since when the difference counts; in the future while the pixel is held in reset. */
  private final double[] since;
  private final RandomStream shots;
  private final double shotsPerMicrosecond;
  private double nextShot;
  private long frame;
  private long[] events = new long[FIRST_CAPACITY];
  private int count;

  PixelArray(EventCamera camera, double[] on, double[] off, double[] leak, long recording) {
    this.on = on;
    this.off = off;
    this.leak = leak;
    this.refractory = camera.model().refractory();
    this.difference = new double[on.length];
    this.since = new double[on.length];
    this.shots = RandomStream.of(camera.seed(), SHOT, recording);
    this.shotsPerMicrosecond = camera.model().noise().shotRate() * on.length / MICROSECONDS;
    if (leak != null) {
      spreadPhases(RandomStream.of(camera.seed(), PHASE, recording));
    }
    drawNextShot();
  }

  /** Without it all pixels would leak their first event at the same time. */
  private void spreadPhases(RandomStream random) {
    for (int i = 0; i < on.length; i++) {
      double phase = random.nextDouble();
      difference[i] = leak[i] > 0 ? phase * on[i] : 0;
    }
  }

  private void drawNextShot() {
    nextShot = shotsPerMicrosecond == 0 ? Double.POSITIVE_INFINITY
        : nextShot - StrictMath.log(1 - shots.nextDouble()) / shotsPerMicrosecond;
  }

  /**
   * Goes on from one frame to the next.
   *
   * @param start of the frame in microseconds since the first one: double precision suffices for those
   * @return the events in order of time, then of pixels, as keys of {@link #time}, {@link #pixel}, {@link #polarity}
   */
  long[] advance(long start, long end, float[] from, float[] to) {
    frame = start;
    count = 0;
    double duration = end - start;
    shootUntil(end, start, duration, from, to);
    for (int p = 0; p < difference.length; p++) {
      double rise = to[p] - from[p];
      if (leak != null) {
        rise += leak[p] * duration;
      }
      double reached = difference[p] + rise;
      if (reached < on[p] && reached > -off[p] && since[p] <= start) {
        difference[p] = reached;
      } else {
        requireFinite(p, rise);
        advancePixel(p, start, end, rise / duration);
      }
    }
    long[] sorted = Arrays.copyOf(events, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private void shootUntil(long end, long start, double duration, float[] from, float[] to) {
    while (nextShot < end) {
      int p = shots.nextInt(difference.length);
      int polarity = shots.nextInt(2);
      double rise = to[p] - from[p] + (leak == null ? 0 : leak[p] * duration);
      requireFinite(p, rise);
      advancePixel(p, start, nextShot, rise / duration);
      if (since[p] <= nextShot) {
        fire(p, nextShot, polarity);
      }
      drawNextShot();
    }
  }

  private static void requireFinite(int p, double rise) {
    if (!Double.isFinite(rise)) {
      throw new IllegalArgumentException("logarithm of brightness: expected finite numbers, got a change of " + rise
          + " at pixel " + p + " of [H, W]");
    }
  }

  /** Moves a pixel to a time between two frames. */
  private void advancePixel(int p, double start, double end, double slope) {
    double now = Math.max(start, since[p]);
    while (now < end) {
      double value = difference[p];
      double reached = value + slope * (end - now);
      if (reached >= on[p]) {
        fire(p, Math.min(end, now + (on[p] - value) / slope), 1);
      } else if (reached <= -off[p]) {
        fire(p, Math.min(end, now + (-off[p] - value) / slope), 0);
      } else {
        difference[p] = reached;
        since[p] = end;
      }
      now = since[p];
    }
  }

  private void fire(int p, double time, int polarity) {
    if (count == events.length) {
      events = Arrays.copyOf(events, 2 * count);
    }
    events[count++] = (long) (time - frame) << PLACE_BITS | (long) p << POLARITY_BITS | polarity;
    difference[p] = 0;
    since[p] = time + refractory;
  }

  /** Microseconds since the frame. */
  static long time(long event) {
    return event >> PLACE_BITS;
  }

  static int pixel(long event) {
    return (int) (event & (1L << PLACE_BITS) - 1) >> POLARITY_BITS;
  }

  static int polarity(long event) {
    return (int) (event & 1);
  }
}
