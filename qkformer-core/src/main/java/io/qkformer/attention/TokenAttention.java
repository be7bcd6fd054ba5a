package io.qkformer.attention;

import io.qkformer.kernel.Workers;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Saved;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.SpikingNeuron;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Q-K token attention (eq. 10): {@code A_t = SN(sum of a head's channels of Q)}, one bit per token, head and step;
 * {@code X' = A_t K}. With threshold 0.5, tau 2 and integer sums A_t is the OR of the head's spikes (reference-facts,
 * trap 4).
 *
 * <p>Kept for backward: K as bits, the sums and A_t, {@code [T, B, H, W, heads]}. Cost: O(T B N C).
 */
public final class TokenAttention implements AttentionCore {

  private static final String NEURON = "attn_lif";
  private static final int TILE_FLOATS = 1 << 14;

  private final int width;
  private final int heads;
  private final int headWidth;
  private final SpikingNeuron neuron;

  /** Attention over {@code width} channels in {@code heads} contiguous segments. */
  public TokenAttention(int width, int heads, NeuronConfig attentionNeuron) {
    this.width = width;
    this.heads = heads;
    this.headWidth = width / heads;
    this.neuron = new SpikingNeuron(attentionNeuron);
  }

  @Override
  public List<String> projections() {
    return List.of("q", "k");
  }

  @Override
  public Attended attend(List<INDArray> projected, Pass pass) {
    INDArray q = projected.get(0);
    INDArray k = projected.get(1);
    INDArray sums = headSums(Floats.of(q), q.shape(), pass);
    Output attention = neuron.forward(sums, pass);
    pass.release(sums);
    INDArray a = attention.value();
    INDArray masked = mask(Floats.of(k), a, k.shape(), pass);
    if (!pass.mode().keepsState()) {
      pass.release(a);
      return new Attended(masked, null);
    }
    Saved keptK = Saved.of(k, pass);
    return new Attended(masked, gradient -> {
      INDArray gk = mask(Floats.of(gradient), a, gradient.shape(), pass);
      pass.release(a);
      INDArray ga = headProducts(Floats.of(gradient), keptK.values(), gradient.shape(), pass);
      keptK.release(pass);
      INDArray gs = attention.backward().apply(ga);
      pass.release(ga);
      INDArray gq = spread(Floats.of(gs), gradient.shape(), pass);
      pass.release(gs);
      return List.of(gq, gk);
    });
  }

  /** Sums each head's channels: {@code [.., C] -> [.., heads]}. */
  private INDArray headSums(FloatSource q, long[] shape, Pass pass) {
    INDArray sums = pass.allocate(shape[0], shape[1], shape[2], shape[3], heads);
    Floats target = Floats.of(sums);
    forRows(q.length() / width, pass, (from, to, scratch) -> {
      int rows = (int) (to - from);
      float[] x = scratch.floats(0, rows * width);
      float[] out = scratch.floats(1, rows * heads);
      q.read(from * width, x, 0, rows * width);
      for (int i = 0; i < rows * heads; i++) {
        float sum = 0;
        for (int c = i * headWidth; c < (i + 1) * headWidth; c++) {
          sum += x[c];
        }
        out[i] = sum;
      }
      target.write(from * heads, out, 0, rows * heads);
    });
    return sums;
  }

  /** Sums the products with K over each head's channels. */
  private INDArray headProducts(FloatSource g, FloatSource k, long[] shape, Pass pass) {
    INDArray products = pass.allocate(shape[0], shape[1], shape[2], shape[3], heads);
    Floats target = Floats.of(products);
    forRows(g.length() / width, pass, (from, to, scratch) -> {
      int rows = (int) (to - from);
      float[] x = scratch.floats(0, rows * width);
      float[] y = scratch.floats(1, rows * width);
      float[] out = scratch.floats(2, rows * heads);
      g.read(from * width, x, 0, rows * width);
      k.read(from * width, y, 0, rows * width);
      for (int i = 0; i < rows * heads; i++) {
        float sum = 0;
        for (int c = i * headWidth; c < (i + 1) * headWidth; c++) {
          sum += x[c] * y[c];
        }
        out[i] = sum;
      }
      target.write(from * heads, out, 0, rows * heads);
    });
    return products;
  }

  /** {@code x * a}, a broadcast over each head's channels. */
  private INDArray mask(FloatSource x, INDArray a, long[] shape, Pass pass) {
    INDArray masked = pass.allocate(shape);
    Floats factors = Floats.of(a);
    Floats target = Floats.of(masked);
    forRows(x.length() / width, pass, (from, to, scratch) -> {
      int rows = (int) (to - from);
      float[] values = scratch.floats(0, rows * width);
      float[] factor = scratch.floats(1, rows * heads);
      x.read(from * width, values, 0, rows * width);
      factors.read(from * heads, factor, 0, rows * heads);
      for (int i = 0; i < rows * heads; i++) {
        float f = factor[i];
        for (int c = i * headWidth; c < (i + 1) * headWidth; c++) {
          values[c] *= f;
        }
      }
      target.write(from * width, values, 0, rows * width);
    });
    return masked;
  }

  /** Each head's value for all of its channels. */
  private INDArray spread(FloatSource perHead, long[] shape, Pass pass) {
    INDArray all = pass.allocate(shape);
    Floats target = Floats.of(all);
    forRows(target.length() / width, pass, (from, to, scratch) -> {
      int rows = (int) (to - from);
      float[] values = scratch.floats(0, rows * heads);
      float[] out = scratch.floats(1, rows * width);
      perHead.read(from * heads, values, 0, rows * heads);
      for (int i = 0; i < rows * heads; i++) {
        Arrays.fill(out, i * headWidth, (i + 1) * headWidth, values[i]);
      }
      target.write(from * width, out, 0, rows * width);
    });
    return all;
  }

  private void forRows(long rows, Pass pass, Workers.RangeTask task) {
    pass.engine().workers().forRanges(rows, Math.max(1, TILE_FLOATS / width), task);
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    neuron.visit(prefix + NEURON + ".", visitor);
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    neuron.trace(name + "." + NEURON, input.withChannels(heads), trace);
    return input;
  }
}
