package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;

/**
 * Pads an image with black on all sides and cuts out a window of the original size at a random place, as
 * torchvision's {@code RandomCrop(size, padding)}: the picture moves by up to {@code padding} pixels each
 * way, each of the {@code (2 * padding + 1)^2} places with the same probability.
 *
 * @param padding in pixels; 0 changes nothing
 */
public record PaddedRandomCrop(int padding) implements Augmentation {
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
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    int places = Math.addExact(Math.multiplyExact(2, padding), 1);
    int moveX = padding - random.nextInt(places);
    int moveY = padding - random.nextInt(places);
    return moveX == 0 && moveY == 0 ? image : move(image, moveX, moveY);
  }

  private static Image move(Image image, int moveX, int moveY) {
    int width = image.width();
    int height = image.height();
    byte[] from = image.bytes();
    byte[] to = new byte[from.length];
    int columns = width - Math.abs(moveX);
    int firstRow = Math.max(0, moveY);
    int endRow = Math.min(height, height + moveY);
    for (int row = firstRow; row < endRow && columns > 0; row++) {
      int source = ((row - moveY) * width + Math.max(0, -moveX)) * Image.CHANNELS;
      int target = (row * width + Math.max(0, moveX)) * Image.CHANNELS;
      System.arraycopy(from, source, to, target, columns * Image.CHANNELS);
    }
    return Image.wrap(width, height, to);
  }
}
