package io.qkformer.layer;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Looks at the parts of a network while a pass computes them ({@link Pass#observe(LayerObserver)}), each under its name
 * in the state_dict, as a {@link ShapeTrace} writes them: {@code stage1.0.tssa.q_lif}. All that it is shown belongs to the
 * pass: read it during the call, copy what shall outlive it, change nothing. Called by the pass's thread, in the order of
 * computation. A part that is computed again for its backward pass ({@link Recompute}) shows its values the first time
 * alone.
 */
public interface LayerObserver {

  /** Behind an attention's name: what lies between its projections, {@code X'} of eq. 7, 10, 11. */
  String ATTENDED = "attended";

  /**
   * A part has computed its output: a convolution, a linear layer, a branch, a block, a stage's embedding, the head; or,
   * under the attention's name with {@code .attended} behind it, an attention's core.
   *
   * @param layer  the part's name
   * @param part   the part; of a core, its attention module
   * @param inputs what it read: one map, or a core's Q, K[, V]
   * @param output what it returned
   */
  default void computed(String layer, Layer part, List<INDArray> inputs, INDArray output) {
  }

  /**
   * A neuron layer has fired.
   *
   * @param layer the neuron's name, {@code stage1.0.tssa.attn_lif}
   */
  default void fired(String layer, Firing firing) {
  }

  /**
   * The backward pass has come to a part's output. Not told of the sums of an attention's projections and of its core, whose
   * ways back are one.
   *
   * @param layer    the name of a part, as {@link #computed} tells it, or of the neuron or batch norm that ends a unit
   * @param gradient dLoss/dOutput
   */
  default void gradient(String layer, INDArray gradient) {
  }
}
