package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;

/**
 * A random change of an image that was normalised already, such as random erasing. Implementations are
 * immutable and take all randomness from the stream they are given.
 */
@FunctionalInterface
public interface NormalizedAugmentation {
  /**
   * Changes one image in place.
   *
   * @param values holds the image as {@code [height, width, C = 3]} from {@code offset} on
   * @param random a stream that belongs to (seed, epoch, sample)
   */
  void apply(float[] values, int offset, int height, int width, RandomStream random);

  /** Returns the augmentation that changes nothing. */
  static NormalizedAugmentation none() {
    return (values, offset, height, width, random) -> { };
  }
}
