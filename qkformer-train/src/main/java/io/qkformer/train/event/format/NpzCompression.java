package io.qkformer.train.event.format;

/** How an archive of arrays is stored. */
public enum NpzCompression {
  /** As NumPy's {@code savez}: faster, larger. */
  STORED,
  /** As NumPy's {@code savez_compressed}. */
  DEFLATED
}
