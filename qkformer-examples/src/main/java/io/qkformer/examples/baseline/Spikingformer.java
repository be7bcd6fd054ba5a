package io.qkformer.examples.baseline;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.BlockConfig;
import io.qkformer.attention.SpikingMlp;
import io.qkformer.attention.TransformerBlock;
import io.qkformer.examples.baseline.BaselineConfig.Input;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.GlobalAveragePool;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MaxPool;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.neuron.SpikingUnit;
import io.qkformer.neuron.SpikingUnit.End;
import io.qkformer.neuron.SpikingUnit.Pooling;
import io.qkformer.neuron.UnitNames;
import java.util.ArrayList;
import java.util.List;

/**
 * Spikingformer (Zhou et al. 2023, arXiv 2304.11954): a branch starts with its neuron and ends with a current, so that
 * residual connections add currents to currents and every convolution but the first sees spikes. The tokenizer is a
 * convolution and four times LIF, [MaxPool], Conv-BN. As in its published code, the head sees the mean of the last
 * currents, and tau is 1.5 on events.
 */
public final class Spikingformer {

  private static final double EVENTS_TAU = 1.5;

  private Spikingformer() {
  }

  /** A network. */
  public static Classifier create(BaselineConfig config, long seed) {
    NeuronConfig neuron = config.input() == Input.EVENTS ? NeuronConfig.lif().withTau(EVENTS_TAU) : NeuronConfig.lif();
    AttentionConfig attention = AttentionConfig.of(AttentionKind.SSA, config.width(), config.heads())
        .withNeuron(neuron).withShortcut(Shortcut.PRE_ACTIVATION);
    BlockConfig block = new BlockConfig(attention, config.hidden(), 0, "attn", SpikingMlp.Names.MLP);
    return new Classifier(config, tokenizer(config, neuron),
        i -> new TransformerBlock(block, Classifier.blockName(i)), new GlobalAveragePool(), seed);
  }

  private static Layer tokenizer(BaselineConfig config, NeuronConfig neuron) {
    List<Layer> parts = new ArrayList<>();
    int channels = config.input().channels();
    for (int i = 0; i < BaselineConfig.UNITS; i++) {
      // the neuron belongs to the next part in the paper, and fires on this one's current
      parts.add(unit(i, channels, config.unitWidth(i), neuron, End.SPIKES));
      if (config.pools(i)) {
        parts.add(new MaxPool());
      }
      channels = config.unitWidth(i);
    }
    parts.add(unit(BaselineConfig.UNITS, channels, channels, neuron, End.CURRENT));
    return new Parts(parts);
  }

  private static SpikingUnit unit(int number, int in, int out, NeuronConfig neuron, End end) {
    String name = number == 0 ? "proj" : "proj" + number;
    UnitNames names = new UnitNames(name + "_conv", name + "_bn", "proj" + (number + 1) + "_lif");
    return new SpikingUnit(names, Conv2d.same3x3(in, out, Conv2d.Bias.NONE), Pooling.NONE, neuron, end);
  }
}
