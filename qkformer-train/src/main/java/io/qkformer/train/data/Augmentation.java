package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;

/**
 * A random change of a training image that leaves its class alone. Implementations are immutable, take all
 * randomness from the stream they are given and don't change the image they are given.
 */
@FunctionalInterface
public interface Augmentation {
  /**
   * Returns the changed image, or the same one if nothing is to change.
   *
   * @param random a stream that belongs to (seed, epoch, sample)
   */
  Image apply(Image image, RandomStream random);

  /** Returns the augmentation that changes nothing. */
  static Augmentation none() {
    return (image, random) -> image;
  }
}
