package io.qkformer.examples;

import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeKey;
import io.qkformer.train.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** A recipe by its name or file, and an option for each key of recipes that overrides it. */
final class RecipeOptions {

  /** The recipe of those who name none. */
  static final String DEFAULT = "shapes";

  @Option(names = "--recipe", paramLabel = "NAME|FILE", order = 0,
      description = "a recipe of the library (shapes, cifar10, cifar100, imagenet-384, ...) or a YAML file; default: "
          + DEFAULT + ". Each key of recipes is an option, which overrides it (docs/recipes.md)")
  private String recipe;

  /** Own names of keys and the values that were given. */
  private final Map<String, String> overrides = new LinkedHashMap<>();

  /** Gives a command, which has these options as a mixin, an option for each key. */
  void addKeysTo(CommandSpec command) {
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

  /**
   * The recipe with its overrides.
   *
   * @throws IOException when the file cannot be read
   * @throws io.qkformer.train.recipe.RecipeException when something in it or in the options is wrong
   */
  Recipe recipe() throws IOException {
    return recipeOr(DEFAULT);
  }

  /** {@link #recipe}, of those who name none another one. */
  Recipe recipeOr(String otherwise) throws IOException {
    return Recipes.named(recipe == null ? otherwise : recipe, given());
  }

  /**
   * The recipe of a run with the overrides.
   *
   * @param file that the run keeps
   * @throws IllegalArgumentException when another recipe was named, too, or as {@link #recipe}
   * @throws IOException when the file cannot be read
   */
  Recipe recipeOf(Path file) throws IOException {
    if (recipe != null) {
      throw new IllegalArgumentException("expected --run or --recipe, got both: a run folder has its recipe, "
          + file + "; leave one of them out");
    }
    return Recipes.read(file, given());
  }

  /** The recipe that was named, if one was. */
  Optional<String> named() {
    return Optional.ofNullable(recipe);
  }

  /** The keys that were given, under their own names. */
  Set<String> keys() {
    return Set.copyOf(overrides.keySet());
  }

  /** The overrides, {@code key=value}. */
  List<String> given() {
    return overrides.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
  }
}
