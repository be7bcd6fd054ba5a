package io.qkformer.train.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Augmentation;
import io.qkformer.train.data.Image;

/**
 * Mirrors an image top to bottom, as torchvision's {@code RandomVerticalFlip}.
 *
 * @param probability that an image is mirrored, 0 (never) to 1 (always)
 */
public record RandomVerticalFlip(double probability) implements Augmentation {
  /**
   * Checks the probability.
   *
   * @throws IllegalArgumentException if it lies outside [0, 1]
   */
  public RandomVerticalFlip {
    Checks.probability("probability", probability);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    if (random.nextDouble() >= probability) {
      return image;
    }
    int line = image.width() * Image.CHANNELS;
    byte[] mirrored = new byte[image.bytes().length];
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(image.bytes(), y * line, mirrored, (image.height() - 1 - y) * line, line);
    }
    return Image.wrap(image.width(), image.height(), mirrored);
  }
}
