package io.qkformer.layer;

/**
 * What a training pass computes again in its backward pass, rather than keep: memory for time. The gradients are the
 * same to the last bit.
 */
public enum Recompute {
  /** Nothing. */
  NONE,
  /** Transformer blocks: of each, its input alone is kept, a byte per value; about a fifth more time. */
  BLOCKS,
  /** Patch embeddings too; about a third more time. */
  ALL;

  /** Whether a part that is computed again from the given setting on is computed again. */
  public boolean covers(Recompute from) {
    return this != NONE && compareTo(from) >= 0;
  }
}
