package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.util.Objects;

/**
 * Pads an image on all sides and cuts out a window of the original size at a random place, as torchvision's
 * {@code RandomCrop(size, padding)}: the picture moves by up to {@code padding} pixels each way, each of the
 * {@code (2 * padding + 1)^2} places with the same probability.
 *
 * @param padding in pixels; 0 changes nothing
 * @param mode what the padding shows
 * @param fill the colour of {@link PaddingMode#CONSTANT}
 */
public record PaddedRandomCrop(int padding, PaddingMode mode, Rgb fill) implements Augmentation {
  /** The padding that is customary for 32x32 images. */
  public static final int DEFAULT_PADDING = 4;

  /**
   * Checks the padding.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public PaddedRandomCrop {
    if (padding < 0) {
      throw new IllegalArgumentException("padding: expected at least 0 pixels, got " + padding);
    }
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(fill, "fill");
  }

  /** Pads with black. */
  public PaddedRandomCrop(int padding) {
    this(padding, PaddingMode.CONSTANT, Rgb.BLACK);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    int places = Math.addExact(Math.multiplyExact(2, padding), 1);
    int left = random.nextInt(places);
    int top = random.nextInt(places);
    return left == padding && top == padding ? image
        : cut(image, new Box(top, left, image.height(), image.width()));
  }

  /**
   * Pads an image and cuts out a window.
   *
   * @param window within the padded image, whose top left pixel is (0, 0)
   * @throws IllegalArgumentException if the window is not within the padded image
   */
  public Image cut(Image image, Box window) {
    int paddedHeight = Math.addExact(image.height(), 2 * padding);
    int paddedWidth = Math.addExact(image.width(), 2 * padding);
    if (!window.isWithin(paddedHeight, paddedWidth)) {
      throw new IllegalArgumentException("window: expected one within the padded " + paddedWidth + "x"
          + paddedHeight + " image, got " + window);
    }
    byte[] from = image.bytes();
    byte[] to = new byte[Math.toIntExact(window.area() * Image.CHANNELS)];
    for (int y = 0; y < window.height(); y++) {
      int row = mode.source(window.top() + y - padding, image.height());
      int target = y * window.width() * Image.CHANNELS;
      for (int x = 0; x < window.width(); x++, target += Image.CHANNELS) {
        int column = mode.source(window.left() + x - padding, image.width());
        if (row == PaddingMode.OUTSIDE || column == PaddingMode.OUTSIDE) {
          to[target] = (byte) fill.red();
          to[target + 1] = (byte) fill.green();
          to[target + 2] = (byte) fill.blue();
        } else {
          System.arraycopy(from, (row * image.width() + column) * Image.CHANNELS, to, target, Image.CHANNELS);
        }
      }
    }
    return Image.wrap(window.width(), window.height(), to);
  }
}
