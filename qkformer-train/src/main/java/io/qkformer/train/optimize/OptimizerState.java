package io.qkformer.train.optimize;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an optimizer remembers from step to step.
 *
 * @param steps   how many steps were done
 * @param tensors by name, {@code PARAMETER.WHAT} as in {@code head.weight.exp_avg}; FLOAT, of the parameter's
 *                shape in this library
 */
public record OptimizerState(long steps, Map<String, INDArray> tensors) {

  /** Checks the steps and copies the map, not the tensors. */
  public OptimizerState {
    if (steps < 0) {
      throw new IllegalArgumentException("steps must be at least 0, got " + steps);
    }
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }
}
