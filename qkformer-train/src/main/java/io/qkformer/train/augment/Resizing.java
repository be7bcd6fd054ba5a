package io.qkformer.train.augment;

import io.qkformer.train.data.Box;
import io.qkformer.train.data.Image;
import java.util.Arrays;

/** Cropping and resizing as Pillow does it, bit for bit. */
public final class Resizing {
  private static final int HALF = 1 << ResizeWeights.FRACTION_BITS - 1;

  private Resizing() { }

  /**
   * Resizes a whole image, see {@link #resize(Image, Box, int, int, Resampling)}.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public static Image resize(Image image, int height, int width, Resampling resampling) {
    return resize(image, Box.of(image), height, width, resampling);
  }

  /**
   * Cuts out a box and resizes it; nothing outside the box is seen. First along the rows, then along the
   * columns, with bytes in between; a direction whose size does not change is left alone. Bilinear and
   * bicubic results are antialiased when a picture becomes smaller.
   *
   * @param box not empty, within the image
   * @param height of the result, at least 1
   * @param width of the result, at least 1
   * @throws IllegalArgumentException if the box is empty or not within the image, or a side is below 1
   */
  public static Image resize(Image image, Box box, int height, int width, Resampling resampling) {
    check(image, box, height, width);
    if (resampling == Resampling.NEAREST) {
      return nearest(image, box, height, width);
    }
    if (width == box.width() && height == box.height()) {
      return crop(image, box);
    }
    byte[] pixels = image.bytes();
    int offset = (box.top() * image.width() + box.left()) * Image.CHANNELS;
    int pitch = image.width() * Image.CHANNELS;
    if (width != box.width()) {
      pixels = horizontal(pixels, offset, pitch, box, width, resampling);
      offset = 0;
      pitch = width * Image.CHANNELS;
    }
    if (height != box.height()) {
      pixels = vertical(pixels, offset, pitch, box.height(), height, width * Image.CHANNELS, resampling);
    }
    return Image.wrap(width, height, pixels);
  }

  private static void check(Image image, Box box, int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("resized image: expected sides of at least 1 pixel, got " + width
          + "x" + height);
    }
    if (box.area() == 0 || !box.isWithin(image.height(), image.width())) {
      throw new IllegalArgumentException("box: expected one with pixels, within " + image + ", got " + box);
    }
  }

  /**
   * Cuts out a box.
   *
   * @return the image itself if the box is all of it
   * @throws IllegalArgumentException if the box is empty or not within the image
   */
  public static Image crop(Image image, Box box) {
    check(image, box, 1, 1);
    if (box.equals(Box.of(image))) {
      return image;
    }
    int line = box.width() * Image.CHANNELS;
    byte[] cropped = new byte[line * box.height()];
    for (int y = 0; y < box.height(); y++) {
      int source = ((box.top() + y) * image.width() + box.left()) * Image.CHANNELS;
      System.arraycopy(image.bytes(), source, cropped, y * line, line);
    }
    return Image.wrap(box.width(), box.height(), cropped);
  }

  /**
   * Cuts out the centre, as torchvision's {@code CenterCrop}: offsets of a half are rounded to the even
   * number; where the crop is larger than the image, black surrounds it (where it is uneven, more on the
   * right and below).
   *
   * @param height of the result, at least 1
   * @param width of the result, at least 1
   * @throws IllegalArgumentException if a side is below 1
   */
  public static Image centreCrop(Image image, int height, int width) {
    int top = centred(image.height(), height);
    int left = centred(image.width(), width);
    if (top >= 0 && left >= 0) {
      return crop(image, new Box(top, left, height, width));
    }
    check(image, Box.of(image), height, width);
    byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(height, width), Image.CHANNELS)];
    int columns = Math.min(width, image.width());
    int rows = Math.min(height, image.height());
    for (int y = 0; y < rows; y++) {
      int source = ((Math.max(0, top) + y) * image.width() + Math.max(0, left)) * Image.CHANNELS;
      int target = ((Math.max(0, -top) + y) * width + Math.max(0, -left)) * Image.CHANNELS;
      System.arraycopy(image.bytes(), source, pixels, target, columns * Image.CHANNELS);
    }
    return Image.wrap(width, height, pixels);
  }

  private static int centred(int size, int crop) {
    return size >= crop ? (int) Math.rint((size - crop) / 2.0) : -((crop - size) / 2);
  }

  private static byte[] horizontal(byte[] from, int offset, int pitch, Box box, int width,
      Resampling resampling) {
    ResizeWeights weights = ResizeWeights.of(box.width(), width, resampling);
    byte[] to = new byte[Math.multiplyExact(Math.multiplyExact(width, box.height()), Image.CHANNELS)];
    int target = 0;
    for (int y = 0; y < box.height(); y++) {
      int line = offset + y * pitch;
      for (int x = 0; x < width; x++, target += Image.CHANNELS) {
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        int source = line + weights.first()[x] * Image.CHANNELS;
        int end = x * weights.stride() + weights.counts()[x];
        for (int k = x * weights.stride(); k < end; k++, source += Image.CHANNELS) {
          int weight = weights.weights()[k];
          red += weight * (from[source] & 0xFF);
          green += weight * (from[source + 1] & 0xFF);
          blue += weight * (from[source + 2] & 0xFF);
        }
        to[target] = clip(red);
        to[target + 1] = clip(green);
        to[target + 2] = clip(blue);
      }
    }
    return to;
  }

  private static byte[] vertical(byte[] from, int offset, int pitch, int in, int height, int line,
      Resampling resampling) {
    ResizeWeights weights = ResizeWeights.of(in, height, resampling);
    byte[] to = new byte[Math.multiplyExact(height, line)];
    int[] sums = new int[line];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      for (int k = 0; k < weights.counts()[y]; k++) {
        int weight = weights.weights()[y * weights.stride() + k];
        int source = offset + (weights.first()[y] + k) * pitch;
        for (int i = 0; i < line; i++) {
          sums[i] += weight * (from[source + i] & 0xFF);
        }
      }
      for (int i = 0; i < line; i++) {
        to[y * line + i] = clip(sums[i]);
      }
    }
    return to;
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> ResizeWeights.FRACTION_BITS));
  }

  private static Image nearest(Image image, Box box, int height, int width) {
    int[] rows = nearest(box.top(), box.height(), height);
    int[] columns = nearest(box.left(), box.width(), width);
    byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(height, width), Image.CHANNELS)];
    int target = 0;
    for (int row : rows) {
      for (int column : columns) {
        System.arraycopy(image.bytes(), (row * image.width() + column) * Image.CHANNELS, pixels, target,
            Image.CHANNELS);
        target += Image.CHANNELS;
      }
    }
    return Image.wrap(width, height, pixels);
  }

  private static int[] nearest(int start, int in, int out) {
    int[] sources = new int[out];
    double scale = (double) in / out;
    double position = scale * 0.5;
    for (int i = 0; i < out; i++) {
      // Pillow adds up the steps, too; their rounding must not lead out of the box
      sources[i] = start + Math.min(in - 1, (int) position);
      position += scale;
    }
    return sources;
  }
}
