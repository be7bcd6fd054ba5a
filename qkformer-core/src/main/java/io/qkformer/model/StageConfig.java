package io.qkformer.model;

import io.qkformer.attention.AttentionKind;
import java.util.Objects;

/**
 * One stage: a patch embedding and its transformer blocks.
 *
 * @param width     channels
 * @param depth     number of blocks; 0: the embedding alone
 * @param attention of the blocks (Table 6)
 * @param heads     of the attention; divides the width
 * @param mlpRatio  hidden channels of the MLP over the width
 */
public record StageConfig(int width, int depth, AttentionKind attention, int heads, double mlpRatio) {

  /** Checks that heads divide the width. */
  public StageConfig {
    Objects.requireNonNull(attention, "attention");
    if (width < 1 || depth < 0) {
      throw new IllegalArgumentException("expected width >= 1 and depth >= 0, got width = " + width + ", depth = "
          + depth);
    }
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException("heads must divide the width: heads = " + heads + ", width = " + width);
    }
    if (!(mlpRatio > 0) || (int) (width * mlpRatio) < 1) {
      throw new IllegalArgumentException("mlpRatio must give the MLP at least one hidden channel, got " + mlpRatio);
    }
  }

  /** The same with another attention. */
  public StageConfig withAttention(AttentionKind kind) {
    return new StageConfig(width, depth, kind, heads, mlpRatio);
  }

  /** Hidden channels of the MLP. */
  int hidden() {
    return (int) (width * mlpRatio);
  }
}
