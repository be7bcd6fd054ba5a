/** The training loop: T-step backpropagation through time over mini-batches, evaluation, what a run leaves behind. */
package io.qkformer.train.loop;
