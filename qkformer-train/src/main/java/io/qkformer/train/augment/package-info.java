/**
 * The image augmentation of DeiT-style recipes, as timm and Pillow do it: RandAugment, random resized crops,
 * colour jitter, random erasing, and what is done to the images of an evaluation. Results agree with Pillow's
 * bit for bit (golden cases; docs/augmentation.md lists sources and differences).
 *
 * <p>A recipe makes a {@link io.qkformer.train.augment.TrainTransform} and an
 * {@link io.qkformer.train.augment.EvaluationTransform}. Every random choice is a pure function of the stream
 * that a transform is given.
 */
package io.qkformer.train.augment;
