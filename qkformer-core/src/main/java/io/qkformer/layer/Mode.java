package io.qkformer.layer;

/** What a pass is for. */
public enum Mode {
  /** Batch statistics, running statistics updated, state kept for the backward pass. */
  TRAINING,
  /** As training, but batch norm uses its running statistics and leaves them alone: fine-tuning, gradient checks. */
  FROZEN_STATISTICS,
  /** Running statistics, nothing kept: there is no backward pass. */
  EVALUATION,
  /** As training, but nothing is kept: the first forward pass of a part that is computed again for backward. */
  TRAINING_UNKEPT,
  /** As training, but the running statistics are left alone: the second forward pass of such a part. */
  TRAINING_AGAIN,
  /** As frozen statistics, but nothing is kept. */
  FROZEN_UNKEPT;

  /** Whether a backward pass follows, for which layers keep what they need. */
  public boolean keepsState() {
    return this == TRAINING || this == FROZEN_STATISTICS || this == TRAINING_AGAIN;
  }

  /** Whether batch norm uses the statistics of the batch, rather than its running ones. */
  public boolean usesBatchStatistics() {
    return this == TRAINING || this == TRAINING_UNKEPT || this == TRAINING_AGAIN;
  }

  /** Whether batch norm adds the batch to its running statistics. */
  public boolean updatesStatistics() {
    return this == TRAINING || this == TRAINING_UNKEPT;
  }

  /** Whether random layers draw. */
  public boolean isRandom() {
    return this != EVALUATION;
  }

  /** The mode of the first of two forward passes of a part. */
  Mode unkept() {
    return switch (this) {
      case TRAINING -> TRAINING_UNKEPT;
      case FROZEN_STATISTICS -> FROZEN_UNKEPT;
      default -> throw new IllegalStateException("only training is computed twice, got " + this);
    };
  }

  /** The mode of the second. */
  Mode again() {
    return this == TRAINING ? TRAINING_AGAIN : this;
  }
}
