package io.qkformer.attention;

/** Over which axis the last neuron of spiking self attention integrates (reference-facts, trap 1). */
public enum SsaTiming {
  /** Over the T steps of each sample, as eq. 8 says. */
  PER_SAMPLE,
  /**
   * Over all T * B slices in turn, as the published code does: the membrane runs on from sample to sample, so results
   * depend on the batch. Published weights were trained and scored this way.
   */
  MERGED
}
