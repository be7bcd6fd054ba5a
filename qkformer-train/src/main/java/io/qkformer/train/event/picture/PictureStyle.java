package io.qkformer.train.event.picture;

/**
 * How clips are drawn.
 *
 * @param scale picture pixels for each pixel of the sensor, along either axis; 1 to 64
 * @param columns frames side by side on a sheet, 1 to 1000
 * @param gap picture pixels between the frames of a sheet and around them, 0 to 100
 * @param frameMillis for which a frame of an animation is shown, 10 to 600,000 in steps of 10
 */
public record PictureStyle(int scale, int columns, int gap, int frameMillis) {
  /** Two pixels for one, eight frames side by side, ten frames a second. */
  public static final PictureStyle DEFAULT = new PictureStyle(2, 8, 2, 100);

  private static final int LARGEST_SCALE = 64;
  private static final int MOST_COLUMNS = 1000;
  private static final int WIDEST_GAP = 100;
  private static final int SHORTEST = 10;
  private static final int LONGEST = 600_000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public PictureStyle {
    requireWithin("scale", scale, 1, LARGEST_SCALE);
    requireWithin("columns", columns, 1, MOST_COLUMNS);
    requireWithin("gap", gap, 0, WIDEST_GAP);
    requireWithin("frameMillis", frameMillis, SHORTEST, LONGEST);
    if (frameMillis % SHORTEST != 0) {
      throw new IllegalArgumentException("frameMillis: expected a multiple of " + SHORTEST
          + ", which is what GIF counts in, got " + frameMillis);
    }
  }

  private static void requireWithin(String field, int value, int least, int greatest) {
    if (value < least || value > greatest) {
      throw new IllegalArgumentException(field + ": expected " + least + " to " + greatest + ", got " + value);
    }
  }

  /** Returns this style with another scale. */
  public PictureStyle withScale(int other) {
    return new PictureStyle(other, columns, gap, frameMillis);
  }
}
