package io.qkformer.train.optimize;

import io.qkformer.layer.Parameter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parameters that are trained alike.
 *
 * @param weightDecay at least 0; what an optimizer makes of it is its own
 * @param rateScale   at least 0; the learning rate of this group is the schedule's times this, timm's
 *                    {@code lr_scale}
 * @param parameters  by name, in a fixed order; not empty
 */
public record ParameterGroup(double weightDecay, double rateScale, Map<String, Parameter> parameters) {

  /** Checks the values and copies the map. */
  public ParameterGroup {
    requireAtLeastZero("weightDecay", weightDecay);
    requireAtLeastZero("rateScale", rateScale);
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("parameters must hold at least one parameter, got none");
    }
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** A group that follows the schedule as it is. */
  public ParameterGroup(double weightDecay, Map<String, Parameter> parameters) {
    this(weightDecay, 1, parameters);
  }

  private static void requireAtLeastZero(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, got " + value);
    }
  }
}
