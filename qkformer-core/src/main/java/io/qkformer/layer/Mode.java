package io.qkformer.layer;

/** What a pass is for. */
public enum Mode {
  /** Batch statistics, running statistics updated, state kept for the backward pass. */
  TRAINING,
  /** As training, but batch norm uses its running statistics and leaves them alone: fine-tuning, gradient checks. */
  FROZEN_STATISTICS,
  /** Running statistics, nothing kept: there is no backward pass. */
  EVALUATION;

  /** Whether a backward pass follows. */
  public boolean keepsState() {
    return this != EVALUATION;
  }
}
