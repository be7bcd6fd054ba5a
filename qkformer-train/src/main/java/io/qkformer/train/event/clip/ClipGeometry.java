package io.qkformer.train.event.clip;

import io.qkformer.train.data.Box;
import io.qkformer.train.data.Clip;
import java.util.Arrays;

/**
 * Moves and erases pixels of a clip, alike in all frames and channels. A moved pixel takes the value of the source
 * pixel that its centre comes from, and 0 if that lies outside. Source: torchvision's {@code affine} and
 * {@code rotate} with nearest interpolation, about the centre of the picture.
 */
public final class ClipGeometry {
  private static final int OUTSIDE = -1;

  private ClipGeometry() { }

  /** Where the centre of a pixel comes from; both positions relative to the centre of the picture. */
  @FunctionalInterface
  private interface Source {
    double of(double x, double y);
  }

  /**
   * Slants the picture: its pixel at (x, y) takes the value at (x + tan(angle) y, y).
   *
   * @param angle in radians
   */
  public static Clip shearX(Clip clip, double angle) {
    double slope = StrictMath.tan(angle);
    return move(clip, (x, y) -> x + slope * y, (x, y) -> y);
  }

  /** Moves the picture to the right and down by so many pixels. */
  public static Clip translate(Clip clip, int right, int down) {
    return right == 0 && down == 0 ? clip : move(clip, (x, y) -> x - right, (x, y) -> y - down);
  }

  /** Turns the picture counter-clockwise. */
  public static Clip rotate(Clip clip, double degrees) {
    double cos = StrictMath.cos(StrictMath.toRadians(degrees));
    double sin = StrictMath.sin(StrictMath.toRadians(degrees));
    return move(clip, (x, y) -> x * cos - y * sin, (x, y) -> x * sin + y * cos);
  }

  /** Mirrors left and right. */
  public static Clip flip(Clip clip) {
    return move(clip, (x, y) -> -x, (x, y) -> y);
  }

  /**
   * Sets a box to 0.
   *
   * @throws IllegalArgumentException if it exceeds the picture
   */
  public static Clip erase(Clip clip, Box box) {
    if (!box.isWithin(clip.height(), clip.width())) {
      throw new IllegalArgumentException("expected a box within " + clip + ", got " + box);
    }
    float[] values = clip.values().clone();
    int row = clip.width() * clip.channels();
    for (int t = 0; t < clip.frames(); t++) {
      for (int y = box.top(); y < box.top() + box.height(); y++) {
        int from = (t * clip.height() + y) * row + box.left() * clip.channels();
        Arrays.fill(values, from, from + box.width() * clip.channels(), 0);
      }
    }
    return clip.withValues(values);
  }

  private static Clip move(Clip clip, Source sourceX, Source sourceY) {
    int[] sources = sources(clip.height(), clip.width(), sourceX, sourceY);
    int channels = clip.channels();
    float[] from = clip.values();
    float[] to = new float[from.length];
    for (int t = 0; t < clip.frames(); t++) {
      int frame = t * sources.length;
      for (int pixel = 0; pixel < sources.length; pixel++) {
        if (sources[pixel] != OUTSIDE) {
          for (int c = 0; c < channels; c++) {
            to[(frame + pixel) * channels + c] = from[(frame + sources[pixel]) * channels + c];
          }
        }
      }
    }
    return clip.withValues(to);
  }

  /** The source pixel of each pixel. */
  private static int[] sources(int height, int width, Source sourceX, Source sourceY) {
    int[] sources = new int[height * width];
    for (int row = 0; row < height; row++) {
      double y = row + 0.5 - height / 2.0;
      for (int column = 0; column < width; column++) {
        double x = column + 0.5 - width / 2.0;
        int fromX = (int) Math.floor(sourceX.of(x, y) + width / 2.0);
        int fromY = (int) Math.floor(sourceY.of(x, y) + height / 2.0);
        boolean inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
        sources[row * width + column] = inside ? fromY * width + fromX : OUTSIDE;
      }
    }
    return sources;
  }
}
