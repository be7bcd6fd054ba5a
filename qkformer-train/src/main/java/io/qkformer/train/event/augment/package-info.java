/** Augmentation of recordings before frames are made of them. */
package io.qkformer.train.event.augment;
