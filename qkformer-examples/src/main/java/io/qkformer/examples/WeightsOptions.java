package io.qkformer.examples;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.model.QKFormer;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

  /**
   * The file of the weights.
   *
   * @throws NoSuchFileException when there is none
   */
  Path file() throws NoSuchFileException {
    if (weights == null && run == null) {
      throw new IllegalArgumentException("expected --run FOLDER or --weights FILE, got neither");
    }
    Path file = weights != null ? weights : run.resolve(RunFiles.WEIGHTS_BEST);
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, weights != null ? "there is no such file"
          : "a run has weights once its first epoch has ended; resume it first");
    }
    return file;
  }

  /** The recipe: the run's, or the one that the options name; with the options' overrides. */
  Recipe recipe() throws IOException {
    if (run == null) {
      return options.recipe();
    }
    Path recipe = run.resolve(RunFiles.RECIPE);
    if (!Files.isRegularFile(recipe)) {
      throw new NoSuchFileException(recipe.toString(), null, run + " is no run folder; expected one that train has "
          + "written");
    }
    return options.recipeOf(recipe);
  }

  /** The model with its weights. */
  QKFormer load(Recipe recipe, int classes) throws IOException {
    QKFormer model = new QKFormer(recipe.model().config(classes), 0);
    ModelWeights.load(file(), model);
    return model;
  }
}
