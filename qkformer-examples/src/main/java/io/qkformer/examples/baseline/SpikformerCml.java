package io.qkformer.examples.baseline;

import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Residual;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.SpikingUnit;
import io.qkformer.neuron.SpikingUnit.Pooling;
import io.qkformer.neuron.UnitNames;
import java.util.ArrayList;
import java.util.List;

/**
 * Spikformer with the downsampling of CML (Zhou et al. 2023, arXiv 2305.05954): Conv-BN, MaxPool, LIF in this order.
 * Spikformer itself pools what its neurons fired, and a maximum of spikes cannot say which of several won: the gradient
 * goes to one of them alone. Pooled as a current, it goes where the maximum is.
 */
public final class SpikformerCml {

  private SpikformerCml() {
  }

  /** A network. */
  public static Classifier create(BaselineConfig config, long seed) {
    return Spikformer.create(config, embedding(config), seed);
  }

  private static Layer embedding(BaselineConfig config) {
    List<Layer> parts = new ArrayList<>();
    int channels = config.input().channels();
    for (int i = 0; i < BaselineConfig.UNITS; i++) {
      parts.add(unit("block" + (i + 1), channels, config.unitWidth(i), config.pools(i) ? Pooling.MAX : Pooling.NONE));
      channels = config.unitWidth(i);
    }
    parts.add(new Residual(unit("rpe", channels, channels, Pooling.NONE)));
    return new Parts(parts);
  }

  private static SpikingUnit unit(String name, int in, int out, Pooling pooling) {
    return new SpikingUnit(UnitNames.conv(name), Conv2d.same3x3(in, out, Conv2d.Bias.NONE), pooling,
        NeuronConfig.lif());
  }
}
