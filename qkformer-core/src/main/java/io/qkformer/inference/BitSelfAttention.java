package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.RowSelection;
import io.qkformer.kernel.Scratch;
import java.util.Arrays;
import java.util.List;

/**
 * Spiking self attention (eq. 7) on bits, as {@code Q (K^T V)}: an entry of {@code K^T V} is the number of tokens in
 * which two channels spike together, a population count; the product with Q sums the rows that Q's spikes name. All
 * sums are whole numbers, exact in float32, so the result equals the dense product's bit by bit.
 */
public final class BitSelfAttention implements BitAttention {

  /** Floats of one step whose neurons stay in the first-level cache. */
  private static final int TILE = 4096;
  /** Floats of {@code K^T V} that exist at a time, unless one sample has more. */
  private static final int CHUNK = 1 << 21;

  private static final int SELECTED = 0;
  private static final int SELECTION = 1;

  private final int headWidth;
  private final float scale;
  private final NeuronStep neuron;

  /** Attention over contiguous segments of {@code headWidth} channels, one for each head. */
  public BitSelfAttention(int headWidth, float scale, NeuronStep attentionNeuron) {
    this.headWidth = headWidth;
    this.scale = scale;
    this.neuron = attentionNeuron;
  }

  @Override
  public SpikeMap attend(List<SpikeMap> projected, InferencePass pass) {
    Shape shape = projected.get(0).shape();
    Engine engine = pass.engine();
    SpikeMap out = new SpikeMap(shape, pass.engine().kernels());
    int square = shape.channels() * headWidth;
    int samples = (int) Math.max(1, Math.min(shape.batch(), CHUNK / ((long) shape.steps() * square)));
    float[] products = engine.pool().takeBuffer(Math.multiplyExact(shape.steps() * samples, square));
    try {
      for (int first = 0; first < shape.batch(); first += samples) {
        int count = Math.min(samples, shape.batch() - first);
        keyValue(projected.get(1), projected.get(2), first, count, products, engine);
        fire(projected.get(0), first, count, products, out, engine);
      }
    } finally {
      engine.pool().giveBack(products);
    }
    return out;
  }

  /** {@code K^T V} of each head, {@code [T, samples, channel of K][channel of V in the head]}. */
  private void keyValue(SpikeMap k, SpikeMap v, int first, int samples, float[] products, Engine engine) {
    Shape shape = k.shape();
    engine.workers().forEach(shape.steps() * samples, (index, scratch) -> {
      int frame = index / samples * shape.batch() + first + index % samples;
      BitColumns keys = new BitColumns(k, frame);
      BitColumns values = new BitColumns(v, frame);
      for (int channel = 0; channel < shape.channels(); channel++) {
        keys.meet(channel, values, channel / headWidth * headWidth, headWidth, products,
            (index * shape.channels() + channel) * headWidth);
      }
    });
  }

  private void fire(SpikeMap q, int first, int samples, float[] products, SpikeMap out, Engine engine) {
    Shape shape = q.shape();
    int channels = shape.channels();
    int tokens = Math.max(1, Math.min(shape.tokens(), TILE / channels));
    int tiles = (shape.tokens() + tokens - 1) / tokens;
    Kernels kernels = engine.kernels();
    engine.workers().forEach(samples * tiles, (index, scratch) -> {
      int sample = index / tiles;
      int token = index % tiles * tokens;
      int rows = Math.min(tokens, shape.tokens() - token);
      NeuronTile tile = new NeuronTile(kernels, neuron, shape.steps(), rows, channels, scratch);
      float[] current = tile.current();
      int row = (first + sample) * shape.tokens() + token;
      for (int t = 0; t < shape.steps(); t++) {
        int at = tile.at(t);
        Arrays.fill(current, at, at + rows * channels, 0f);
        for (int channel = 0; channel < channels; channel += headWidth) {
          addHead(kernels, q, t * shape.plane() + row, rows, channel, products, (t * samples + sample) * channels * headWidth,
              current, at, scratch);
        }
        for (int j = at; j < at + rows * channels; j++) {
          current[j] *= scale;
        }
      }
      tile.fire(shape.steps(), out.words(), row * out.rowWords(), shape.plane() * out.rowWords());
    });
  }

  /** Adds, for each token, the rows of one head's {@code K^T V} that Q's spikes select. */
  private void addHead(Kernels kernels, SpikeMap q, int row, int rows, int head, float[] products, int offset,
      float[] current, int at, Scratch scratch) {
    int channels = q.shape().channels();
    long[] selected = scratch.longs(SELECTED, rows);
    RowSelection selection = RowSelection.of(1, scratch, SELECTION);
    for (int channel = head; channel < head + headWidth; channel += Long.SIZE) {
      int count = Math.min(Long.SIZE, head + headWidth - channel);
      for (int i = 0; i < rows; i++) {
        selected[i] = q.bits(row + i, channel, count);
      }
      for (int first = 0; first < rows; first += RowSelection.SUMS) {
        selection.set(0, selected, first, Math.min(RowSelection.SUMS, rows - first), scratch);
        kernels.addSelectedRows(products, offset + channel * headWidth, headWidth, headWidth, selection, 0, 1, current,
            at + first * channels + head, channels);
      }
    }
  }
}
