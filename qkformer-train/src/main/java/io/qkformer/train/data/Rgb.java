package io.qkformer.train.data;

/**
 * A colour.
 *
 * @param red 0 to 255
 * @param green 0 to 255
 * @param blue 0 to 255
 */
public record Rgb(int red, int green, int blue) {
  /** No light at all. */
  public static final Rgb BLACK = grey(0);
  /** The grey that timm fills with where it knows no mean. */
  public static final Rgb GREY = grey(128);

  private static final int BRIGHTEST = 255;

  /**
   * Checks the channels.
   *
   * @throws IllegalArgumentException if one lies outside 0 to 255
   */
  public Rgb {
    check("red", red);
    check("green", green);
    check("blue", blue);
  }

  private static void check(String channel, int value) {
    if (value < 0 || value > BRIGHTEST) {
      throw new IllegalArgumentException(channel + ": expected 0 to 255, got " + value);
    }
  }

  /** Returns the grey of this level, 0 to 255. */
  public static Rgb grey(int level) {
    return new Rgb(level, level, level);
  }

  /**
   * Returns the colour that becomes (nearly) 0 when it is normalised, {@code round(255 * mean)}, a half to
   * the even neighbour and 255 at most: what timm fills with where a picture was moved away.
   *
   * @throws IllegalArgumentException if a mean is negative
   */
  public static Rgb meanOf(Normalization normalization) {
    return new Rgb(level(normalization.mean().get(0)), level(normalization.mean().get(1)),
        level(normalization.mean().get(2)));
  }

  private static int level(double mean) {
    return (int) Math.min(BRIGHTEST, Math.rint(BRIGHTEST * mean));
  }
}
