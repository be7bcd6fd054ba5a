package io.qkformer.examples.baseline;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.BlockConfig;
import io.qkformer.attention.SpikingMlp;
import io.qkformer.attention.TransformerBlock;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.GlobalAveragePool;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MaxPool;
import io.qkformer.layer.Residual;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.PreActivated;
import io.qkformer.neuron.Shortcut;
import io.qkformer.neuron.SpikingUnit;
import io.qkformer.neuron.SpikingUnit.End;
import io.qkformer.neuron.SpikingUnit.Pooling;
import io.qkformer.neuron.UnitNames;
import java.util.ArrayList;
import java.util.List;

/**
 * Spike-driven Transformer, S-Transformer in the paper's tables (Yao et al. 2023, arXiv 2307.01694): spike-driven self
 * attention, and shortcuts between membranes, that is currents, in the blocks and in the embedding. The head has neurons
 * of its own, which see the mean over the tokens of each step.
 *
 * <p>Differs from the published code: each of its blocks registers {@code heads^2} weights that it never uses; its convolutions
 * start otherwise; and on events it dilates K, V and their product by 3x3 maxima, which the library has not.
 */
public final class SpikeDrivenTransformer {

  private static final NeuronConfig NEURON = NeuronConfig.lif();

  private SpikeDrivenTransformer() {
  }

  /** A network. */
  public static Classifier create(BaselineConfig config, long seed) {
    AttentionConfig attention = AttentionConfig.of(AttentionKind.SDSA, config.width(), config.heads())
        .withShortcut(Shortcut.PRE_ACTIVATION);
    BlockConfig block = new BlockConfig(attention, config.hidden(), 0, "attn", SpikingMlp.Names.FC);
    Layer pool = new Parts(List.of(new StepMean(), new PreActivated(NEURON, new GlobalAveragePool())));
    return new Classifier(config, embedding(config), i -> new TransformerBlock(block, Classifier.blockName(i)), pool,
        seed);
  }

  /** Spikes are pooled but for the last unit's, whose current is: it is the stream that the blocks add to. */
  private static Layer embedding(BaselineConfig config) {
    List<Layer> parts = new ArrayList<>();
    int channels = config.input().channels();
    int last = BaselineConfig.UNITS - 1;
    for (int i = 0; i < last; i++) {
      parts.add(unit(i, channels, config.unitWidth(i), Pooling.NONE, End.SPIKES));
      if (config.pools(i)) {
        parts.add(new MaxPool());
      }
      channels = config.unitWidth(i);
    }
    parts.add(unit(last, channels, config.width(), config.pools(last) ? Pooling.MAX : Pooling.NONE, End.CURRENT));
    parts.add(new Residual(new PreActivated(NEURON, new SpikingUnit(UnitNames.conv("rpe"),
        Conv2d.same3x3(config.width(), config.width(), Conv2d.Bias.NONE), Pooling.NONE, NEURON, End.CURRENT))));
    return new Parts(parts);
  }

  private static SpikingUnit unit(int number, int in, int out, Pooling pooling, End end) {
    UnitNames names = number == 0 ? UnitNames.conv("proj") : UnitNames.numbered("proj", number);
    return new SpikingUnit(names, Conv2d.same3x3(in, out, Conv2d.Bias.NONE), pooling, NEURON, end);
  }
}
