package io.qkformer.attention;

/** The attention of a stage (Table 6). */
public enum AttentionKind {
  /** Q-K token attention (eq. 10): one bit per token and head masks K's channels. Linear in tokens and channels. */
  QKTA,
  /** Q-K channel attention (eq. 11): one bit per channel masks K's tokens. Linear in tokens and channels. */
  QKCA,
  /** Spiking self attention (eq. 6-8), as Q (K^T V): linear in tokens, quadratic in a head's channels. */
  SSA
}
