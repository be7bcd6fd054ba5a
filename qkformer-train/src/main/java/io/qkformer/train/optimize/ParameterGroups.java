package io.qkformer.train.optimize;

import io.qkformer.layer.Layer;
import io.qkformer.layer.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sorts a model's parameters into groups. */
public final class ParameterGroups {

  private ParameterGroups() {
  }

  /** The parameters that decay and those that by {@link NoDecayRule#timm} do not. */
  public static List<ParameterGroup> of(Layer model, double weightDecay) {
    return of(model, weightDecay, NoDecayRule.timm());
  }

  /**
   * The parameters that decay and those that do not; without a group that would be empty.
   *
   * @throws IllegalArgumentException when two parameters have one name, there are none, or the decay is
   *     negative
   */
  public static List<ParameterGroup> of(Layer model, double weightDecay, NoDecayRule rule) {
    Map<String, Parameter> decayed = new LinkedHashMap<>();
    Map<String, Parameter> exempt = new LinkedHashMap<>();
    model.visit("", (name, parameter) -> {
      if (decayed.containsKey(name) || exempt.containsKey(name)) {
        throw new IllegalArgumentException("the model has two parameters called " + name);
      }
      (rule.exempts(name, parameter) ? exempt : decayed).put(name, parameter);
    });
    List<ParameterGroup> groups = new ArrayList<>();
    if (!decayed.isEmpty()) {
      groups.add(new ParameterGroup(weightDecay, decayed));
    }
    if (!exempt.isEmpty()) {
      groups.add(new ParameterGroup(0, exempt));
    }
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("the model has no parameters");
    }
    return List.copyOf(groups);
  }
}
