package io.qkformer.train.augment;

/** Which release of timm to follow where releases differ; docs/augmentation.md lists the differences. */
public enum TimmVersion {
  /** Releases 1.0, checked with 1.0.29. */
  V1_0,
  /** Release 0.6.12, with which the QKFormer reference was trained. */
  V0_6_12
}
