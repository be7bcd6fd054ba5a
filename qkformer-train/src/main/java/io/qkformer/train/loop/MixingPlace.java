package io.qkformer.train.loop;

/** Where the samples of a batch are mixed. */
public enum MixingPlace {
  /**
   * By the loader, as bytes before they are normalised, and erased after that: timm's loader, which the
   * reference's CIFAR recipes use. The trainer mixes the targets alone.
   */
  LOADER,
  /** By the trainer, as floats: timm's {@code Mixup} behind the loader, the reference's event recipes. */
  TRAINER
}
