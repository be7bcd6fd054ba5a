package io.qkformer.examples.baseline;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.BlockConfig;
import io.qkformer.attention.SpikingMlp;
import io.qkformer.attention.SsaTiming;
import io.qkformer.attention.TransformerBlock;
import io.qkformer.embedding.SpikingPatchSplitting;
import io.qkformer.examples.baseline.BaselineConfig.Input;
import io.qkformer.layer.GlobalAveragePool;
import io.qkformer.layer.Layer;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;

/**
 * Spikformer (Zhou et al. 2023, arXiv 2209.15425): spiking patch splitting, then blocks of spiking self attention whose
 * residual connections add spikes to spikes. As its published code: Q, K and V have a bias on CIFAR alone, and SSA's
 * factor is 0.25 on events, 0.125 else; on events that code has dropout and a position embedding that it never uses,
 * which are left out.
 */
public final class Spikformer {

  private static final double EVENTS_SCALE = 0.25;

  private Spikformer() {
  }

  /** A network. */
  public static Classifier create(BaselineConfig config, long seed) {
    return create(config, new SpikingPatchSplitting(config.input().channels(), config.width(),
        config.input().pooling(), NeuronConfig.lif()), seed);
  }

  /** The same behind another embedding. */
  static Classifier create(BaselineConfig config, Layer embedding, long seed) {
    return new Classifier(config, embedding, i -> new TransformerBlock(block(config), Classifier.blockName(i)),
        new GlobalAveragePool(), seed);
  }

  private static BlockConfig block(BaselineConfig config) {
    boolean cifar = config.input() == Input.CIFAR;
    AttentionConfig attention = new AttentionConfig(AttentionKind.SSA, config.width(), config.heads(),
        NeuronConfig.lif(), AttentionConfig.DEFAULT_THRESHOLD,
        config.input() == Input.EVENTS ? EVENTS_SCALE : AttentionConfig.DEFAULT_SCALE, SsaTiming.PER_SAMPLE,
        Shortcut.ACTIVATION_BEFORE_ADDITION, cifar ? AttentionConfig.Names.LINEAR : AttentionConfig.Names.CONV);
    return new BlockConfig(attention, config.hidden(), 0, "attn",
        cifar ? SpikingMlp.Names.FC_LINEAR : SpikingMlp.Names.FC);
  }
}
