/**
 * Checkpoints of a training, from which it goes on exactly: model, optimizer, averaged weights and progress in the
 * middle of an epoch. A {@link io.qkformer.train.checkpoint.CheckpointStore} writes each whole or not at all and
 * keeps the newest; what is read is verified to the last bit before anything is applied. docs/runs.md specifies the
 * format.
 */
package io.qkformer.train.checkpoint;
