package io.qkformer.train.reference;

/** Which release of timm to follow where releases differ; docs/augmentation.md and docs/optimization.md list where. */
public enum TimmRelease {
  /** Releases 1.0, checked with 1.0.29. The default everywhere. */
  V1_0,
  /** Release 0.6.12, which the QKFormer reference pins. */
  V0_6_12
}
