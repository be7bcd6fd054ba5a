package io.qkformer.examples;

import io.qkformer.model.HstConfig;
import io.qkformer.model.MemoryTable;
import io.qkformer.model.Preset;
import io.qkformer.model.QKFormer;
import io.qkformer.train.recipe.DatasetKind;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a model's table: layers, shapes, parameters, multiply-accumulates. */
@Command(name = "summary", mixinStandardHelpOptions = true,
    customSynopsis = "qkformer summary [--recipe=NAME|FILE | --model=NAME] [--batch=B] [--KEY=VALUE]...",
    description = "Prints a model's layers, shapes, parameters and multiply-accumulates for one sample, and, of a recipe or "
        + "where --batch is given, the memory of a training step. The model is that of a recipe, or a named one, or a small "
        + "HST on images of 32x32 pixels that the options change.")
final class SummaryCommand implements Callable<Integer> {

  private static final int DEFAULT_CLASSES = 10;
  private static final String MODEL = "model";
  private static final String BATCH_SIZE = "batch_size";
  /** A recipe of nothing but its data, whose kind decides the channels of the input. */
  private static final String BARE = "lr: 1\ndataset: %s\n";
  /** What options change where neither a recipe nor a model is named. */
  private static final String SMALL = """
      form: imagenet
      dim: 128
      depths: [1, 1, 1]
      attention: [qkta, qkta, ssa]
      num_heads: 4
      mlp_ratio: 4
      time_step: 2
      img_size: 32
      """;

  @Spec
  private CommandSpec spec;

  @Mixin
  private RecipeOptions options;

  @Override
  public Integer call() throws IOException {
    boolean isNamed = options.named().isPresent();
    Recipe recipe = isNamed ? options.recipe() : bare();
    QKFormer network = new QKFormer(recipe.model().config(classes(recipe)), 0);
    spec.commandLine().getOut().print(network.summary());
    if (isNamed || options.keys().contains(BATCH_SIZE)) {
      spec.commandLine().getOut().printf("%n%s", MemoryTable.of(network, recipe.batches().size()));
    }
    spec.commandLine().getOut().flush();
    return 0;
  }

  private Recipe bare() {
    Optional<String> model = options.given(MODEL);
    boolean isOfEvents = model.flatMap(SummaryCommand::preset)
        .filter(preset -> preset.config().inChannels() == DatasetKind.Content.EVENTS.channels()).isPresent();
    String data = String.format(BARE, (isOfEvents ? DatasetKind.EVENT_FOLDER : DatasetKind.FOLDER).id());
    return Recipes.parse("defaults of summary", model.isPresent() ? data : data + SMALL, options.given());
  }

  private static Optional<Preset> preset(String name) {
    return preset(preset -> preset.id().equalsIgnoreCase(name));
  }

  private static Optional<Preset> preset(Predicate<Preset> choice) {
    return Arrays.stream(Preset.values()).filter(choice).findFirst();
  }

  /** Those that the recipe or its data has, else those of the model that was named. */
  private int classes(Recipe recipe) {
    if (recipe.model().numClasses().isPresent()) {
      return recipe.model().numClasses().getAsInt();
    }
    HstConfig config = recipe.model().architecture();
    return recipe.data().dataset().classes().orElseGet(() -> options.given(MODEL)
        // names of the reference stand for a preset, too
        .flatMap(name -> preset(name).or(() -> preset(preset -> preset.config().form() == config.form()
            && preset.config().stages().equals(config.stages()))))
        .map(preset -> preset.config().classes()).orElse(DEFAULT_CLASSES));
  }
}
