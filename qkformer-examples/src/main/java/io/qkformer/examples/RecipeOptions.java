package io.qkformer.examples;

import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** A recipe by its name or file, and an option for each key of recipes that overrides it. */
final class RecipeOptions {

  /** The recipe of those who name none. */
  static final String DEFAULT = "shapes";

  @Option(names = "--recipe", paramLabel = "NAME|FILE", order = 0,
      description = "a recipe of the library (shapes, cifar10, cifar100, imagenet-384, ...) or a YAML file; default: "
          + DEFAULT + ". Each key of recipes is an option, which overrides it (docs/recipes.md)")
  private String recipe;

  private final KeyOptions keys = new KeyOptions();

  /** Gives a command, which has these options as a mixin, an option for each key. */
  void addKeysTo(CommandSpec command) {
    keys.addTo(command);
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
    return keys.keys();
  }

  /** The overrides, {@code key=value}. */
  List<String> given() {
    return keys.given();
  }

  /** What was given to a key. */
  Optional<String> given(String key) {
    return keys.given(key);
  }
}
