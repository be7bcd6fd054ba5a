/**
 * Weight files in and out: safetensors read and written, PyTorch checkpoints read.
 *
 * <p>Everything in a file is data: nothing is executed, no class is looked up by a name from a file, and what
 * a file claims about sizes is checked against the file's length before memory is taken. Tensors keep the
 * names and the shapes that PyTorch's {@code state_dict} gives them; the layers translate them to their own
 * layout.
 */
package io.qkformer.checkpoint;
