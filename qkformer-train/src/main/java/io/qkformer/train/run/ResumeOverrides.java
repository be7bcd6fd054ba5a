package io.qkformer.train.run;

import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What may be overridden where a run goes on: nothing that its numbers depend on, or it would be no run of its recipe. */
final class ResumeOverrides {

  /** Where data lies, how fast it is computed, in how much memory, and what is kept. */
  private static final List<String> ALLOWED = List.of("threads", "workers", "data_dir", "frames_dir", "max_image_pixels",
      "recompute", "grad_checkpointing", "checkpoint_hist", "recovery_interval", "recovery_seconds", "log_interval");

  private ResumeOverrides() {
  }

  /**
   * The recipe of a run with overrides.
   *
   * @param file which the run keeps
   * @throws RecipeException when an override is wrong or would change results, naming the keys
   * @throws IOException     when the file cannot be read
   */
  static Recipe read(Path file, List<String> overrides) throws IOException {
    Recipe recipe = Recipes.read(file, overrides);
    if (overrides.isEmpty()) {
      return recipe;
    }
    Map<String, String> began = Recipes.values(Recipes.read(file, List.of()));
    List<String> changed = new ArrayList<>();
    Recipes.values(recipe).forEach((key, value) -> {
      if (!ALLOWED.contains(key) && !value.equals(began.get(key))) {
        changed.add(key + ": expected " + (began.containsKey(key) ? began.get(key) : "none") + ", got " + value);
      }
    });
    if (!changed.isEmpty()) {
      throw new RecipeException(String.join("; ", changed) + "; a run goes on as it began, " + String.join(", ", ALLOWED)
          + " alone may change; start a new run for others");
    }
    return recipe;
  }
}
