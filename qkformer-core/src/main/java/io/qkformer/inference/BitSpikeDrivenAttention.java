package io.qkformer.inference;

import io.qkformer.kernel.NeuronStep;
import java.util.List;

/** Spike-driven self attention on bits: channel attention (eq. 11) whose Q is Q AND K, and whose K is V. */
public final class BitSpikeDrivenAttention implements BitAttention {

  private static final int GRAIN = 1 << 14;

  private final BitChannelAttention channels;

  /** Attention with this attention neuron. */
  public BitSpikeDrivenAttention(NeuronStep attentionNeuron) {
    this.channels = new BitChannelAttention(attentionNeuron);
  }

  @Override
  public SpikeMap attend(List<SpikeMap> projected, InferencePass pass) {
    SpikeMap q = projected.get(0);
    SpikeMap k = projected.get(1);
    SpikeMap both = new SpikeMap(q.shape(), pass.engine().kernels());
    pass.engine().workers().forRanges(both.words().length, GRAIN, (from, to, scratch) -> {
      for (int i = (int) from; i < to; i++) {
        both.words()[i] = q.words()[i] & k.words()[i];
      }
    });
    return channels.attend(List.of(both, projected.get(2)), pass);
  }
}
