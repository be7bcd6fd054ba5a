package io.qkformer.train.optimize;

import io.qkformer.layer.Parameter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parameters that are trained alike.
 *
 * @param weightDecay at least 0; each step multiplies the values by {@code 1 - lr * weightDecay}
 * @param parameters  by name, in a fixed order; not empty
 */
public record ParameterGroup(double weightDecay, Map<String, Parameter> parameters) {

  /** Checks the values and copies the map. */
  public ParameterGroup {
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("weightDecay must be at least 0 and finite, got " + weightDecay);
    }
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("parameters must hold at least one parameter, got none");
    }
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }
}
