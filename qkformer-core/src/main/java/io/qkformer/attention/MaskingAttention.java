package io.qkformer.attention;

import io.qkformer.layer.Content;
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
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What Q-K token and channel attention share: {@code A = SN(sum of Q)} over some axis, {@code X' = A K}. They differ in
 * the axis alone.
 *
 * <p>Kept for backward: K as bits, the sums and A.
 */
abstract class MaskingAttention implements AttentionCore {

  static final String NEURON = "attn_lif";

  private final SpikingNeuron neuron;

  MaskingAttention(NeuronConfig attentionNeuron) {
    this.neuron = new SpikingNeuron(attentionNeuron);
  }

  /**
   * Sums {@code x}, or {@code x * y}, over the axis.
   *
   * @param y     null: no factor
   * @param shape of x, {@code [T, B, H, W, C]}
   */
  abstract INDArray sums(FloatSource x, FloatSource y, long[] shape, Pass pass);

  /**
   * {@code x * a}, a broadcast over the axis.
   *
   * @param x     null: a itself, broadcast
   * @param shape of the result, {@code [T, B, H, W, C]}
   */
  abstract INDArray masked(FloatSource x, Floats a, long[] shape, Pass pass);

  /** The neuron's line: it keeps the sums, this A and K; then the gradients of the output, of Q and of K are there. */
  final MapShape trace(String name, MapShape input, MapShape sums, ShapeTrace trace) {
    neuron.trace(name + "." + NEURON, sums, trace);
    trace.keep(sums.floatBytes(), 0);
    trace.keepInput(Content.SPIKES, input);
    trace.work(3 * input.floatBytes() + sums.floatBytes());
    return input;
  }

  /** The neuron that makes the mask. */
  final SpikingNeuron neuron() {
    return neuron;
  }

  @Override
  public final List<String> projections() {
    return List.of("q", "k");
  }

  @Override
  public final Attended attend(List<INDArray> projected, Pass pass) {
    INDArray q = projected.get(0);
    INDArray k = projected.get(1);
    INDArray sums = sums(Floats.of(q), null, q.shape(), pass);
    Output attention = pass.run(NEURON, neuron, sums);
    pass.release(sums);
    INDArray a = attention.value();
    INDArray masked = masked(Floats.of(k), Floats.of(a), k.shape(), pass);
    if (!pass.mode().keepsState()) {
      pass.release(a);
      return new Attended(masked, null);
    }
    Saved keptK = Saved.of(k, pass);
    return new Attended(masked, gradient -> {
      long[] shape = gradient.shape();
      INDArray gk = masked(Floats.of(gradient), Floats.of(a), shape, pass);
      pass.release(a);
      INDArray ga = sums(Floats.of(gradient), keptK.values(), shape, pass);
      keptK.release(pass);
      INDArray gs = attention.backward().apply(ga);
      pass.release(ga);
      INDArray gq = masked(null, Floats.of(gs), shape, pass);
      pass.release(gs);
      return List.of(gq, gk);
    });
  }

  @Override
  public final void visit(String prefix, StateVisitor visitor) {
    neuron.visit(prefix + NEURON + ".", visitor);
  }
}
