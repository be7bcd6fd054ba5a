package io.qkformer.attention;

/** The attention of a stage: the paper's (Table 6), and what it is compared with (Table 1). */
public enum AttentionKind {
  /** Q-K token attention (eq. 10): one bit per token and head masks K's channels. Linear in tokens and channels. */
  QKTA,
  /** Q-K channel attention (eq. 11): one bit per channel masks K's tokens. Linear in tokens and channels. */
  QKCA,
  /** Spiking self attention (eq. 6-8), as Q (K^T V): linear in tokens, quadratic in a head's channels. */
  SSA,
  /**
   * Spike-driven self attention (Yao et al. 2023, arXiv 2307.01694): one bit per channel, of the tokens in which Q and K
   * spike together, masks V's tokens. Linear in tokens and channels. Not in QKFormer; the baseline S-Transformer's.
   */
  SDSA
}
