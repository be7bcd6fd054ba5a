package io.qkformer.examples.report;

import io.qkformer.train.recipe.Recipes;
import java.util.Optional;

/** The recipe, complete. */
final class RecipeSection implements ReportSection {

  @Override
  public String id() {
    return "recipe";
  }

  @Override
  public String title() {
    return "Recipe";
  }

  @Override
  public Optional<String> html(ReportedRun run) {
    return Optional.of("<details><summary>all keys</summary><pre>" + Html.text(Recipes.toYaml(run.recipe(), run.name()))
        + "</pre></details>\n");
  }
}
