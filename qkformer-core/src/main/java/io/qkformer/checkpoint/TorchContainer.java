package io.qkformer.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A PyTorch file: the object that was saved, and the storages of its tensors. */
interface TorchContainer extends Closeable {
  /** A pickle is a description; the weights lie outside. */
  int MAX_PICKLE_BYTES = 64 << 20;

  /** Returns the saved object. */
  Object root();

  /** Returns the file's length. */
  long fileBytes();

  /**
   * Reads a whole storage as FLOAT or LONG elements.
   *
   * @throws CheckpointFormatException if it is not there, not of the announced length, or damaged
   */
  void read(TorchStorage storage, ByteBuffer target) throws IOException;
}
