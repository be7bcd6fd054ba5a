package io.qkformer.layer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a forward call returns: the value and the way back.
 *
 * @param value    the output; the caller's to release
 * @param backward its backward pass
 */
public record Output(INDArray value, Backward backward) {

  /** An output of an evaluation pass, whose backward pass throws {@link IllegalStateException}. */
  public static Output evaluated(INDArray value) {
    return new Output(value, gradient -> {
      throw new IllegalStateException("an evaluation pass keeps no state and has no backward pass; "
          + "use Pass.training(..)");
    });
  }
}
