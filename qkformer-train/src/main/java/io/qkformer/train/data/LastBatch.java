package io.qkformer.train.data;

/** What becomes of the samples left over when the batch size does not divide the size of the data set. */
public enum LastBatch {
  /** They are left out of this epoch, so that all batches have the same size. */
  DROP,
  /** They make a smaller last batch, so that every sample is seen. */
  KEEP
}
