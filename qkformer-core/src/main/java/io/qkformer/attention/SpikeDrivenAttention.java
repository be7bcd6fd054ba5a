package io.qkformer.attention;

import io.qkformer.inference.BitAttention;
import io.qkformer.inference.BitSpikeDrivenAttention;
import io.qkformer.layer.Content;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Saved;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.tensor.Floats;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Spike-driven self attention (Yao et al. 2023, arXiv 2307.01694): {@code X' = g(Q, K) (x) V} with
 * {@code g(Q, K) = SN(SUM_c(Q (x) K))}, where (x) multiplies element by element and SUM_c sums each column, that is each
 * channel over all tokens. It is Q-K channel attention whose Q is {@code Q (x) K} and whose K is V. Heads make no
 * difference: each channel has its own bit.
 *
 * <p>The published code masks its Q with the sums of its {@code K (x) V}: other names for the same three maps. Kept for
 * backward: Q, K, V as bits, the sums and the mask, {@code [T, B, 1, 1, C]}. Cost: O(T B N C).
 */
public final class SpikeDrivenAttention implements AttentionCore {

  private static final int Q = 0;
  private static final int K = 1;
  private static final int V = 2;

  private final ChannelAttention channels;

  /** Attention over {@code width} channels. */
  public SpikeDrivenAttention(int width, NeuronConfig attentionNeuron) {
    this.channels = new ChannelAttention(width, attentionNeuron);
  }

  @Override
  public List<String> projections() {
    return List.of("q", "k", "v");
  }

  @Override
  public Attended attend(List<INDArray> projected, Pass pass) {
    long[] shape = projected.get(V).shape();
    INDArray sums = channels.sums(Floats.of(projected.get(Q)), Floats.of(projected.get(K)), shape, pass);
    Output mask = pass.run(MaskingAttention.NEURON, channels.neuron(), sums);
    pass.release(sums);
    INDArray masked = channels.masked(Floats.of(projected.get(V)), Floats.of(mask.value()), shape, pass);
    if (!pass.mode().keepsState()) {
      pass.release(mask.value());
      return new Attended(masked, null);
    }
    List<Saved> kept = projected.stream().map(x -> Saved.of(x, pass)).toList();
    return new Attended(masked, gradient -> backward(gradient, kept, mask, pass));
  }

  private List<INDArray> backward(INDArray gradient, List<Saved> kept, Output mask, Pass pass) {
    long[] shape = gradient.shape();
    INDArray gv = channels.masked(Floats.of(gradient), Floats.of(mask.value()), shape, pass);
    pass.release(mask.value());
    INDArray ofMask = channels.sums(Floats.of(gradient), kept.get(V).values(), shape, pass);
    INDArray ofSums = mask.backward().apply(ofMask);
    pass.release(ofMask);
    INDArray gq = channels.masked(kept.get(K).values(), Floats.of(ofSums), shape, pass);
    INDArray gk = channels.masked(kept.get(Q).values(), Floats.of(ofSums), shape, pass);
    pass.release(ofSums);
    kept.forEach(saved -> saved.release(pass));
    return List.of(gq, gk, gv);
  }

  /** The mask of Q and K together, then channel attention's. */
  @Override
  public BitAttention forInference() {
    return new BitSpikeDrivenAttention(channels.neuron().step());
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    channels.visit(prefix, visitor);
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    channels.trace(name, input, trace);
    trace.keepInput(Content.SPIKES, input);
    trace.keepInput(Content.SPIKES, input);
    // the gradients of the output, of Q, K and V, and of the sums
    trace.work(4 * input.floatBytes() + input.withSize(1, 1).floatBytes());
    return input;
  }
}
