package io.qkformer.train.event.simulate;

import java.util.Objects;

/**
 * What a pixel of the camera does: it remembers the logarithm of the brightness of its last event and makes an ON event
 * when the logarithm has risen by the ON threshold, an OFF event when it has fallen by the OFF threshold. During the
 * refractory time after an event the pixel is held in reset; what it then compares with is the brightness at the end of
 * that time. So a logarithm that rises by s per second gives an event every {@code threshold / s + refractory} seconds.
 * Source: Lichtsteiner et al. 2008; v2e (arXiv 2006.07722).
 *
 * @param onThreshold rise of the natural logarithm for an ON event, 0.01 to 10
 * @param offThreshold fall for an OFF event, 0.01 to 10
 * @param mismatch standard deviation of either threshold between pixels, 0 to 10; a pixel's thresholds are normally
 *     distributed and at least 0.01
 * @param refractory microseconds after an event in which the pixel makes none, 0 to 10^9
 * @param noise events without a cause
 */
public record PixelModel(double onThreshold, double offThreshold, double mismatch, long refractory,
    PixelNoise noise) {
  /** Thresholds of 0.2 without mismatch, refractory time and noise. */
  public static final PixelModel IDEAL = new PixelModel(0.2, 0.2, 0, 0, PixelNoise.NONE);
  /** The defaults of v2e's command line: thresholds of 0.2 (deviation 0.03), 500 us, leak 0.01 Hz, shot noise 0.001 Hz. */
  public static final PixelModel V2E = new PixelModel(0.2, 0.2, 0.03, 500, new PixelNoise(0.01, 0.001, 0, 0));

  /** No pixel has a lower threshold, as in v2e. */
  static final double LEAST_THRESHOLD = 0.01;

  private static final double GREATEST = 10;
  private static final long LONGEST = 1_000_000_000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public PixelModel {
    Checks.within("onThreshold", onThreshold, LEAST_THRESHOLD, GREATEST);
    Checks.within("offThreshold", offThreshold, LEAST_THRESHOLD, GREATEST);
    Checks.within("mismatch", mismatch, 0, GREATEST);
    Checks.within("refractory", refractory, 0, LONGEST);
    Objects.requireNonNull(noise, "noise");
  }

  /** Returns this model with other thresholds. */
  public PixelModel withThresholds(double on, double off) {
    return new PixelModel(on, off, mismatch, refractory, noise);
  }

  /** Returns this model with another deviation of thresholds. */
  public PixelModel withMismatch(double deviation) {
    return new PixelModel(onThreshold, offThreshold, deviation, refractory, noise);
  }

  /** Returns this model with another refractory time. */
  public PixelModel withRefractory(long microseconds) {
    return new PixelModel(onThreshold, offThreshold, mismatch, microseconds, noise);
  }

  /** Returns this model with other noise. */
  public PixelModel withNoise(PixelNoise other) {
    return new PixelModel(onThreshold, offThreshold, mismatch, refractory, other);
  }
}
