package io.qkformer.train.optimize;

/** The release of timm whose behaviour is meant, where releases differ. */
public enum TimmRelease {
  /** What the reference pins: boxes of cutmix lose a row and a column where their side is odd. */
  V0_6_12,
  /** The current one: such boxes have their whole side. The default. */
  V1_0
}
