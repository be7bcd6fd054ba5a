/** Augmentation of event clips: the reference's operations and its random choice among them. */
package io.qkformer.train.event.clip;
