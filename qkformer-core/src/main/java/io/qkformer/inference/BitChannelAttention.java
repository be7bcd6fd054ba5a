package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.NeuronStep;
import java.util.List;

/** Q-K channel attention (eq. 11) on bits: a channel's sum is a population count, the mask an AND of words. */
public final class BitChannelAttention implements BitAttention {

  private final NeuronLayer neuron;

  /** Attention with this attention neuron. */
  public BitChannelAttention(NeuronStep attentionNeuron) {
    this.neuron = new NeuronLayer(attentionNeuron);
  }

  @Override
  public SpikeMap attend(List<SpikeMap> projected, InferencePass pass) {
    SpikeMap k = projected.get(1);
    Shape shape = k.shape();
    SpikeMap attention = neuron.forward(sums(projected.get(0), pass), pass);
    SpikeMap out = new SpikeMap(shape, pass.engine().kernels());
    int rowWords = k.rowWords();
    pass.engine().workers().forEach(shape.frames(), (frame, scratch) -> {
      int first = frame * shape.tokens() * rowWords;
      for (int i = 0; i < shape.tokens() * rowWords; i++) {
        out.words()[first + i] = k.words()[first + i] & attention.words()[frame * rowWords + i % rowWords];
      }
    });
    return out;
  }

  private static FloatMap sums(SpikeMap q, InferencePass pass) {
    Shape shape = q.shape();
    int channels = shape.channels();
    float[] sums = new float[shape.frames() * channels];
    pass.engine().workers().forEach(shape.frames(), (frame, scratch) -> {
      BitColumns columns = new BitColumns(q, frame);
      for (int channel = 0; channel < channels; channel++) {
        sums[frame * channels + channel] = columns.count(channel);
      }
    });
    return new FloatMap(sums, shape.withSize(1, 1));
  }
}
