package io.qkformer.examples;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.model.QKFormer;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trained weights: of a run folder, or a file and the recipe of its model. */
final class WeightsOptions {

  @Option(names = "--run", paramLabel = "FOLDER", order = 0,
      description = "a run folder: its recipe, and its best weights unless --weights names others")
  private Path run;

  @Option(names = "--weights", paramLabel = "FILE", order = 0,
      description = "safetensors, or PyTorch's .pth; without --run, the recipe says which model it is of")
  private Path weights;

  @Mixin
  private RecipeOptions options;

  /** The options of the recipe, to which its keys are to be added. */
  RecipeOptions recipeOptions() {
    return options;
  }

  /** The file of the weights. */
  Path file() {
    if (weights == null && run == null) {
      throw new IllegalArgumentException("expected --run FOLDER or --weights FILE, got neither");
    }
    return weights != null ? weights : run.resolve(RunFiles.WEIGHTS_BEST);
  }

  /** The recipe: the run's, or the one that the options name. */
  Recipe recipe() throws IOException {
    return run == null ? options.recipe() : Recipes.read(run.resolve(RunFiles.RECIPE), List.of());
  }

  /** The model with its weights. */
  QKFormer load(Recipe recipe, int classes) throws IOException {
    QKFormer model = new QKFormer(recipe.model().config(classes), 0);
    ModelWeights.load(file(), model);
    return model;
  }
}
