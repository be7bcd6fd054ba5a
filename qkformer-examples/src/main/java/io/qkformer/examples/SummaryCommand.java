package io.qkformer.examples;

import io.qkformer.model.HstConfig;
import io.qkformer.model.MemoryTable;
import io.qkformer.model.QKFormer;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints a model's table: layers, shapes, parameters, multiply-accumulates. */
@Command(name = "summary", mixinStandardHelpOptions = true,
    description = "Prints a model's layers, shapes, parameters and multiply-accumulates for one sample, and the memory of a "
        + "training step.")
final class SummaryCommand implements Callable<Integer> {

  private static final int DEFAULT_CLASSES = 10;

  @Spec
  private CommandSpec spec;

  @Mixin
  private ModelOptions model;

  @Option(names = "--recipe", paramLabel = "NAME|FILE",
      description = "the model of a recipe, instead of the options below; --batch is then the recipe's unless given")
  private String recipe;

  @Option(names = "--classes", paramLabel = "N", description = "default: the preset's, else 10")
  private Integer classes;

  @Option(names = "--batch", paramLabel = "B",
      description = "also estimate the memory of a training step with so many samples")
  private Integer batch;

  @Override
  public Integer call() throws IOException {
    HstConfig config = recipe == null ? model.config(classes) : fromRecipe();
    QKFormer network = new QKFormer(config, 0);
    spec.commandLine().getOut().print(network.summary());
    if (batch != null) {
      spec.commandLine().getOut().printf("%n%s", MemoryTable.of(network, batch));
    }
    spec.commandLine().getOut().flush();
    return 0;
  }

  private HstConfig fromRecipe() throws IOException {
    Recipe read = Recipes.named(recipe, List.of());
    batch = batch == null ? Integer.valueOf(read.batches().size()) : batch;
    int counted = classes != null ? classes
        : read.data().dataset().classes().orElse(read.model().numClasses().orElse(DEFAULT_CLASSES));
    return read.model().config(counted);
  }
}
