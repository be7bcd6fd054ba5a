package io.qkformer.train.augment;

/** How a training image gets its size. */
public enum CropMode {
  /** A {@link RandomResizedCrop}: timm's {@code rrc}. */
  RANDOM_RESIZED,
  /**
   * A {@link io.qkformer.train.data.PaddedRandomCrop} of images that have the size: what DeiT does to CIFAR.
   */
  PADDED
}
