package io.qkformer.attention;

import io.qkformer.inference.BitAttention;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What happens between the projections Q, K[, V] and the output projection. */
public interface AttentionCore {

  /**
   * The result and the way back.
   *
   * @param value    {@code [T, B, H, W, C]} spikes
   * @param backward from its gradient to those of the projections, in their order
   */
  record Attended(INDArray value, Function<INDArray, List<INDArray>> backward) {
  }

  /** The projections that it takes, by name: {@code q, k} or {@code q, k, v}. */
  List<String> projections();

  /**
   * Attends.
   *
   * @param projected the projections' spikes, each {@code [T, B, H, W, C]}; they stay the caller's
   */
  Attended attend(List<INDArray> projected, Pass pass);

  /** The same on bits, with the attention neuron's present parameters. */
  BitAttention forInference();

  /** Shows the attention neuron's parameters, if it has any. */
  void visit(String prefix, StateVisitor visitor);

  /** Adds a line to a trace. */
  MapShape trace(String name, MapShape input, ShapeTrace trace);
}
