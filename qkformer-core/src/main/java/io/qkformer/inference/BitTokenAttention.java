package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Workers;
import java.util.List;

/** Q-K token attention (eq. 10) on bits: a head's sum is a population count, the mask an AND of words. */
public final class BitTokenAttention implements BitAttention {

  /** Tokens of a task, at most. */
  private static final int ROWS = 256;
  /** What their number is a multiple of. */
  private static final int ROW_UNIT = 16;

  private final int heads;
  private final HeadSegments segments;
  private final NeuronStep neuron;

  /** Attention over {@code heads} contiguous segments of {@code headWidth} channels. */
  public BitTokenAttention(int heads, int headWidth, NeuronStep attentionNeuron) {
    this.heads = heads;
    this.segments = new HeadSegments(heads, headWidth);
    this.neuron = attentionNeuron;
  }

  @Override
  public SpikeMap attend(List<SpikeMap> projected, InferencePass pass) {
    SpikeMap q = projected.get(0);
    SpikeMap k = projected.get(1);
    Shape shape = q.shape();
    SpikeMap out = new SpikeMap(shape, pass.engine().kernels());
    Kernels kernels = pass.engine().kernels();
    Workers workers = pass.engine().workers();
    workers.forRanges(shape.plane(), workers.evenGrain(shape.plane(), ROW_UNIT, ROWS), (from, to, scratch) -> {
      int rows = (int) (to - from);
      int steps = shape.steps();
      int wordStep = SpikeMap.wordsOf(rows * heads);
      NeuronTile tile = new NeuronTile(kernels, neuron, steps, 1, rows * heads, scratch);
      long[] attention = scratch.longs(0, steps * wordStep);
      for (int t = 0; t < steps; t++) {
        int first = (t * shape.plane() + (int) from) * q.rowWords();
        segments.count(q.words(), first, q.rowWords(), rows, tile.current(), tile.at(t));
      }
      tile.fire(steps, attention, 0, wordStep);
      for (int t = 0; t < steps; t++) {
        int first = (t * shape.plane() + (int) from) * k.rowWords();
        segments.copy(k.words(), first, k.rowWords(), rows, attention, t * wordStep, out.words());
      }
    });
    return out;
  }
}
