package io.qkformer.train.data;

import java.util.Arrays;
import java.util.Objects;

/**
 * A sample that changes over time: frames of one size, {@code [T, H, W, C]} floats with channels last. Frames of an
 * event camera have C = 2: the number of events of polarity 0 and of the others in each pixel.
 */
public final class Clip {
  private static final int MOST_VALUES = Integer.MAX_VALUE - 8;

  private final int frames;
  private final int height;
  private final int width;
  private final int channels;
  private final float[] values;

  private Clip(int frames, int height, int width, int channels, float[] values) {
    this.frames = frames;
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.values = values;
  }

  /**
   * Returns a clip that takes the array over: the caller must not write to it again.
   *
   * @param frames T, at least 1
   * @param height H in pixels, at least 1
   * @param width W in pixels, at least 1
   * @param channels C, at least 1
   * @param values {@code [T, H, W, C]} in row-major order
   * @throws IllegalArgumentException if a size is below 1 or the number of values is another
   */
  public static Clip wrap(int frames, int height, int width, int channels, float[] values) {
    long expected = size(frames, height, width, channels);
    if (values.length != expected) {
      throw new IllegalArgumentException("values of a clip [T=" + frames + ", H=" + height + ", W=" + width + ", C="
          + channels + "]: expected " + expected + ", got " + values.length);
    }
    return new Clip(frames, height, width, channels, values);
  }

  /**
   * Returns the number of values of a clip of this shape.
   *
   * @throws IllegalArgumentException if a size is below 1, or they are more than an array holds
   */
  public static int size(int frames, int height, int width, int channels) {
    if (frames < 1 || height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException("clip [T, H, W, C]: expected sizes of at least 1, got ["
          + frames + ", " + height + ", " + width + ", " + channels + "]");
    }
    // checked step by step: the product of four ints may exceed a long
    long pixels = (long) height * width;
    if (pixels > MOST_VALUES || pixels * channels > MOST_VALUES || pixels * channels * frames > MOST_VALUES) {
      throw new IllegalArgumentException("clip [T, H, W, C]: expected at most " + MOST_VALUES + " values, got ["
          + frames + ", " + height + ", " + width + ", " + channels + "]");
    }
    return (int) (pixels * channels * frames);
  }

  /** Returns a clip of the same shape with other values, which it takes over; see {@link #wrap}. */
  public Clip withValues(float[] other) {
    return wrap(frames, height, width, channels, other);
  }

  /** Returns T. */
  public int frames() {
    return frames;
  }

  /** Returns H, the number of rows. */
  public int height() {
    return height;
  }

  /** Returns W, the number of columns. */
  public int width() {
    return width;
  }

  /** Returns C. */
  public int channels() {
    return channels;
  }

  /** Returns the values themselves, {@code [T, H, W, C]}, not to be written to. */
  public float[] values() {
    return values;
  }

  /**
   * Returns one value.
   *
   * @throws IndexOutOfBoundsException if the position lies outside the clip
   */
  public float value(int frame, int y, int x, int channel) {
    Objects.checkIndex(frame, frames);
    Objects.checkIndex(y, height);
    Objects.checkIndex(x, width);
    Objects.checkIndex(channel, channels);
    return values[((frame * height + y) * width + x) * channels + channel];
  }

  /** Returns whether the other clip has the same T, H, W and C. */
  public boolean hasShapeOf(Clip other) {
    return frames == other.frames && height == other.height && width == other.width && channels == other.channels;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Clip clip && hasShapeOf(clip) && Arrays.equals(values, clip.values);
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hash(frames, height, width, channels) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Clip[T=" + frames + ", H=" + height + ", W=" + width + ", C=" + channels + "]";
  }
}
