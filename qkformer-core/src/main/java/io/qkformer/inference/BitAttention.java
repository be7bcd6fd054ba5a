package io.qkformer.inference;

import java.util.List;

/** What happens between the projections Q, K[, V] and the output projection, on bits. */
@FunctionalInterface
public interface BitAttention {

  /**
   * Attends.
   *
   * @param projected the projections' spikes, each {@code [T, B, H, W, C]}
   */
  SpikeMap attend(List<SpikeMap> projected, InferencePass pass);
}
