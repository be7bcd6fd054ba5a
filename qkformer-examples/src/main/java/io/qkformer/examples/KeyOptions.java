package io.qkformer.examples;

import io.qkformer.train.recipe.RecipeKey;
import io.qkformer.train.recipe.Recipes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/** An option for each key of recipes, and what was given to them. */
final class KeyOptions {

  /** Own names of keys and the values that were given. */
  private final Map<String, String> overrides = new LinkedHashMap<>();

  /** Gives a command an option for each key. */
  void addTo(CommandSpec command) {
    int order = 1;
    for (RecipeKey key : Recipes.keys()) {
      command.addOption(option(key, order++));
    }
  }

  private OptionSpec option(RecipeKey key, int order) {
    String[] names = Stream.concat(Stream.of(key.name()), key.aliases().stream())
        .map(name -> (name.length() == 1 ? "-" : "--") + name.replace('_', '-')).toArray(String[]::new);
    return OptionSpec.builder(names).type(String.class).arity("1").order(order)
        .paramLabel(key.arity() == RecipeKey.Arity.LIST ? "V[,V]" : "V")
        // picocli fills in what looks like a variable or a format
        .description((key.expected() + ": " + key.meaning()).replace("%", "%%").replace("$", "$$"))
        .setter(new ISetter() {
          @Override
          public <T> T set(T value) {
            // picocli sets null before it parses
            if (value == null) {
              overrides.remove(key.name());
            } else {
              overrides.put(key.name(), value(key, value.toString()));
            }
            return null;
          }
        }).build();
  }

  private static String value(RecipeKey key, String given) {
    return key.arity() == RecipeKey.Arity.LIST && given.contains(",") && !given.startsWith("[")
        ? "[" + given + "]" : given;
  }

  /** The keys that were given, under their own names. */
  Set<String> keys() {
    return Set.copyOf(overrides.keySet());
  }

  /** The overrides, {@code key=value}. */
  List<String> given() {
    return overrides.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
  }

  /** What was given to a key. */
  Optional<String> given(String key) {
    return Optional.ofNullable(overrides.get(key));
  }
}
