package io.qkformer.train.data;

/**
 * What becomes of samples that cannot be read: {@link Dataset#get} or {@link ClipDataset#get} failed with an
 * {@link java.io.IOException}.
 */
public enum CorruptFiles {
  /** The first one ends the work, named in the message. */
  FAIL,
  /**
   * They are reported once each by name (a warning) and left out. In an epoch the next sample of its order that can
   * be read takes the place, a pure function of (seed, epoch, position): the batch keeps its size. A
   * {@link CachedDataset} drops them. More than a hundredth of the data set, and more than 10, are fatal all the
   * same.
   */
  SKIP
}
