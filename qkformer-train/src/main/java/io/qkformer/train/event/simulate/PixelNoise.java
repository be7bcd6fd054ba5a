package io.qkformer.train.event.simulate;

/**
 * Events of a pixel that nothing in the scene causes. Source: v2e (arXiv 2006.07722); here the rate of shot noise does
 * not depend on brightness.
 *
 * @param leakRate ON events per second and pixel from the leak of the reset switch, evenly spaced
 * @param shotRate events of either polarity per second and pixel at random times (a Poisson process)
 * @param hotShare which part of the pixels is hot, 0 to 1
 * @param hotRate ON events per second of a hot pixel, instead of the leak's
 */
public record PixelNoise(double leakRate, double shotRate, double hotShare, double hotRate) {
  /** The greatest rate, one event in 100 microseconds. */
  public static final double GREATEST_RATE = 10_000;
  /** A pixel without noise. */
  public static final PixelNoise NONE = new PixelNoise(0, 0, 0, 0);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a rate lies outside 0 to {@link #GREATEST_RATE} or the share outside 0 to 1
   */
  public PixelNoise {
    Checks.within("leakRate", leakRate, 0, GREATEST_RATE);
    Checks.within("shotRate", shotRate, 0, GREATEST_RATE);
    Checks.within("hotShare", hotShare, 0, 1);
    Checks.within("hotRate", hotRate, 0, GREATEST_RATE);
  }

  /** Whether some pixels leak. */
  boolean leaks() {
    return leakRate > 0 || hotShare > 0 && hotRate > 0;
  }
}
