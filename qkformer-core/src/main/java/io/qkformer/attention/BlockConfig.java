package io.qkformer.attention;

import java.util.Objects;

/**
 * A transformer block.
 *
 * @param attention       its attention
 * @param hidden          channels of its MLP's hidden layer
 * @param stochasticDepth probability, in [0, 1), that training skips a branch
 * @param attentionName   name of the attention in the state_dict: {@code tssa}, {@code ssa} or {@code attn}
 * @param mlpNames        names of the MLP's units
 */
public record BlockConfig(AttentionConfig attention, int hidden, double stochasticDepth, String attentionName,
    SpikingMlp.Names mlpNames) {

  /** Checks the hidden width. */
  public BlockConfig {
    Objects.requireNonNull(attention, "attention");
    Objects.requireNonNull(attentionName, "attentionName");
    Objects.requireNonNull(mlpNames, "mlpNames");
    if (hidden < 1) {
      throw new IllegalArgumentException("the MLP's hidden width must be positive, got " + hidden);
    }
    if (!(stochasticDepth >= 0 && stochasticDepth < 1)) {
      throw new IllegalArgumentException("stochastic depth rate must be in [0, 1), got " + stochasticDepth);
    }
  }
}
