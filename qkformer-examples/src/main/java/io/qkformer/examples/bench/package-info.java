/** A benchmark of training step and inference with the cases, inputs and JSON fields of the PyTorch peer's. */
package io.qkformer.examples.bench;
