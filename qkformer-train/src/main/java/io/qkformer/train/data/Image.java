package io.qkformer.train.data;

import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable RGB image of one byte per channel, stored row by row with channels last
 * ({@code [H, W, C = 3]}).
 */
public final class Image {
  /** Red, green and blue. */
  public static final int CHANNELS = 3;

  private final int width;
  private final int height;
  private final byte[] pixels;

  private Image(int width, int height, byte[] pixels) {
    this.width = width;
    this.height = height;
    this.pixels = pixels;
  }

  /**
   * Returns an image with a copy of these pixels.
   *
   * @param width in pixels, at least 1
   * @param height in pixels, at least 1
   * @param pixels {@code [height, width, 3]} unsigned bytes
   * @throws IllegalArgumentException if a side is below 1 or the number of bytes is not
   *     {@code height * width * 3}
   */
  public static Image of(int width, int height, byte[] pixels) {
    return wrap(width, height, pixels.clone());
  }

  /**
   * As {@link #of} without the copy: the image takes the array over, the caller must not write to it again.
   * For transforms, which have just filled an array of their own.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static Image wrap(int width, int height, byte[] pixels) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "image sides: expected at least 1 pixel, got " + width + "x" + height);
    }
    long expected = (long) width * height * CHANNELS;
    if (pixels.length != expected) {
      throw new IllegalArgumentException("pixels of a " + width + "x" + height + " RGB image: expected "
          + expected + " bytes, got " + pixels.length);
    }
    return new Image(width, height, pixels);
  }

  /** Returns the number of columns. */
  public int width() {
    return width;
  }

  /** Returns the number of rows. */
  public int height() {
    return height;
  }

  /**
   * Returns one channel of one pixel, 0 to 255.
   *
   * @param channel 0 is red, 1 green, 2 blue
   * @throws IndexOutOfBoundsException if the position lies outside the image
   */
  public int value(int x, int y, int channel) {
    Objects.checkIndex(x, width);
    Objects.checkIndex(y, height);
    Objects.checkIndex(channel, CHANNELS);
    return pixels[(y * width + x) * CHANNELS + channel] & 0xFF;
  }

  /** Returns a copy of the pixels, {@code [height, width, 3]} unsigned bytes. */
  public byte[] toBytes() {
    return pixels.clone();
  }

  /**
   * Returns the pixels themselves, {@code [height, width, 3]}, not to be written to; see {@link #toBytes}.
   */
  public byte[] bytes() {
    return pixels;
  }

  /** Returns whether the other image has the same number of rows and of columns. */
  public boolean hasSizeOf(Image other) {
    return width == other.width && height == other.height;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image image && hasSizeOf(image) && Arrays.equals(pixels, image.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return "Image[" + width + "x" + height + "]";
  }
}
