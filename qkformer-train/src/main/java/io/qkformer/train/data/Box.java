package io.qkformer.train.data;

/**
 * A rectangle of pixels.
 *
 * @param top the first row
 * @param left the first column
 * @param height rows, not negative
 * @param width columns, not negative
 */
public record Box(int top, int left, int height, int width) {
  /**
   * Checks the sides.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public Box {
    if (height < 0 || width < 0) {
      throw new IllegalArgumentException("box: expected sides of at least 0 pixels, got " + width + "x"
          + height);
    }
  }

  /** Returns the box of the whole image. */
  public static Box of(Image image) {
    return new Box(0, 0, image.height(), image.width());
  }

  /** Returns the number of pixels. */
  public long area() {
    return (long) height * width;
  }

  /** Returns whether the box lies within an image of this size. */
  public boolean isWithin(int imageHeight, int imageWidth) {
    return top >= 0 && left >= 0 && (long) top + height <= imageHeight && (long) left + width <= imageWidth;
  }
}
