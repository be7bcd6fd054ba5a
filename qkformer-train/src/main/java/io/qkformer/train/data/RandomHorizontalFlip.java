package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;

/**
 * Mirrors an image left to right, as torchvision's {@code RandomHorizontalFlip}.
 *
 * @param probability that an image is mirrored, 0 (never) to 1 (always)
 */
public record RandomHorizontalFlip(double probability) implements Augmentation {
  /** The probability that the reference trains with. */
  public static final double DEFAULT_PROBABILITY = 0.5;

  /**
   * Checks the probability.
   *
   * @throws IllegalArgumentException if it lies outside [0, 1]
   */
  public RandomHorizontalFlip {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability: expected 0 to 1, got " + probability);
    }
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return random.nextDouble() < probability ? mirror(image) : image;
  }

  private static Image mirror(Image image) {
    int width = image.width();
    byte[] from = image.bytes();
    byte[] to = new byte[from.length];
    for (int row = 0; row < image.height(); row++) {
      for (int x = 0; x < width; x++) {
        int source = (row * width + x) * Image.CHANNELS;
        int target = (row * width + width - 1 - x) * Image.CHANNELS;
        System.arraycopy(from, source, to, target, Image.CHANNELS);
      }
    }
    return Image.wrap(width, image.height(), to);
  }
}
