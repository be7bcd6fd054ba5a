package io.qkformer.layer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The backward pass of one forward call. It holds what the forward call kept, adds to the gradients of the parameters
 * and may be called once.
 */
@FunctionalInterface
public interface Backward {

  /**
   * From the gradient of the output to the gradient of the input. The argument stays the caller's.
   *
   * @param gradient dLoss/dOutput, of the output's shape
   * @return dLoss/dInput, of the input's shape; the caller's to release
   */
  INDArray apply(INDArray gradient);
}
