package io.qkformer.layer;

import io.qkformer.tensor.FloatSource;

/** Looks at the spikes of a pass, for instance to measure firing rates ({@link Pass#observe}). */
@FunctionalInterface
public interface SpikeProbe {

  /** Looks at nothing. */
  SpikeProbe NONE = spikes -> { };

  /**
   * A neuron layer has fired. The layers come in the order of computation, which is that of {@link ShapeTrace}.
   *
   * @param spikes 0 or 1, {@code [T, ...]} in C order; to be read during the call only
   */
  void fired(FloatSource spikes);
}
