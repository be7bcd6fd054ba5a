package io.qkformer.train.optimize;

/**
 * What shares one lambda and one box: timm's {@code mixup_mode}. Sample i is always mixed with sample B-1-i.
 */
public enum MixMode {
  /** The batch. */
  BATCH,
  /** A sample and its partner. */
  PAIR,
  /** Nothing: each sample has its own, and is mixed with its unmixed partner. */
  ELEM
}
