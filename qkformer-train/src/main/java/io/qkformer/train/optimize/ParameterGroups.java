package io.qkformer.train.optimize;

import io.qkformer.layer.Layer;
import io.qkformer.layer.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Sorts a model's parameters into groups. */
public final class ParameterGroups {

  private ParameterGroups() {
  }

  /**
   * What the parameters of a group have in common; those that decay come first, early layers before late
   * ones.
   */
  private record Kind(double weightDecay, double rateScale) implements Comparable<Kind> {

    @Override
    public int compareTo(Kind other) {
      return Comparator.comparingDouble((Kind kind) -> -kind.weightDecay).thenComparingDouble(Kind::rateScale)
          .compare(this, other);
    }
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
    return of(model, new Grouping(weightDecay, rule, Optional.empty(), NamePatterns.NONE));
  }

  /**
   * The parameters that are not frozen, those that are trained alike together.
   *
   * @throws IllegalArgumentException when two parameters have one name, there are none that are not frozen, a
   * pattern
   *     of frozen ones matches none, or the decay is negative
   */
  public static List<ParameterGroup> of(Layer model, Grouping grouping) {
    Map<String, Parameter> all = new LinkedHashMap<>();
    model.visit("", (name, parameter) -> {
      if (all.put(name, parameter) != null) {
        throw new IllegalArgumentException("the model has two parameters called " + name);
      }
    });
    if (all.isEmpty()) {
      throw new IllegalArgumentException("the model has no parameters");
    }
    List<String> names = List.copyOf(all.keySet());
    grouping.frozen().requireUsed("frozen", names);
    Map<String, Double> scales = grouping.layerDecay().map(decay -> decay.scales(names)).orElse(Map.of());
    Map<Kind, Map<String, Parameter>> kinds = new TreeMap<>();
    all.forEach((name, parameter) -> {
      if (!grouping.frozen().matches(name)) {
        double decay = grouping.noDecay().exempts(name, parameter) ? 0 : grouping.weightDecay();
        kinds.computeIfAbsent(new Kind(decay, scales.getOrDefault(name, 1.0)), kind -> new LinkedHashMap<>())
            .put(name, parameter);
      }
    });
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("all parameters are frozen by " + grouping.frozen().globs()
          + "; nothing is left to train");
    }
    List<ParameterGroup> groups = new ArrayList<>();
    kinds.forEach((kind, parameters) ->
        groups.add(new ParameterGroup(kind.weightDecay(), kind.rateScale(), parameters)));
    return List.copyOf(groups);
  }

  /** The same groups without the parameters of these names, and without groups that are empty then. */
  public static List<ParameterGroup> without(List<ParameterGroup> groups, NamePatterns names) {
    List<ParameterGroup> rest = new ArrayList<>();
    for (ParameterGroup group : groups) {
      Map<String, Parameter> kept = new LinkedHashMap<>(group.parameters());
      kept.keySet().removeIf(names::matches);
      if (!kept.isEmpty()) {
        rest.add(new ParameterGroup(group.weightDecay(), group.rateScale(), kept));
      }
    }
    return List.copyOf(rest);
  }
}
