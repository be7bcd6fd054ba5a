/**
 * Labelled images and the way they reach a network: data sets, augmentation, normalisation and a loader
 * whose batches depend on the seed alone, never on the number of threads.
 *
 * <p>Pixels stay bytes (one {@link io.qkformer.train.data.Image} per sample) until a
 * {@link io.qkformer.train.data.Batch} is made, which is {@code FLOAT [T0 = 1, B, H, W, C = 3]}. Clips of an event
 * camera are floats from the beginning, their batches {@code [T, B, H, W, C]}. A data set of your own implements
 * {@link io.qkformer.train.data.Dataset} or {@link io.qkformer.train.data.ClipDataset}. What becomes of files that cannot be read is
 * {@link io.qkformer.train.data.CorruptFiles}' to say. Layouts, policies and measured numbers: docs/data.md.
 */
package io.qkformer.train.data;
