package io.qkformer.train.augment;

/** When random erasing happens in a recipe that mixes the images of a batch. */
public enum ErasingOrder {
  /** To each image as it is loaded: DeiT, and the QKFormer reference on ImageNet. */
  BEFORE_MIXING,
  /** To the mixed batch: timm's own loader, and with it the QKFormer reference on CIFAR. */
  AFTER_MIXING
}
