package io.qkformer.examples.analyze;

import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.ConsoleProgress;
import io.qkformer.train.report.Progress;
import io.qkformer.train.run.RunFiles;
import io.qkformer.train.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which trained network is looked at, on which test samples. */
final class SubjectOptions {

  /** Enough to tell shapes apart a little, in seconds. */
  private static final List<String> SHORT_TRAINING = List.of("epochs=3", "train_size=1600", "test_size=400");
  private static final String SHAPES = "shapes";

  @Option(names = "--run", paramLabel = "FOLDER", order = 0,
      description = "a run folder of train: its recipe, data and best weights")
  private Path run;

  @Option(names = "--weights", paramLabel = "FILE", order = 1,
      description = "safetensors, or PyTorch's .pth; without --run, --recipe says which model they are of")
  private Path weights;

  @Option(names = "--recipe", paramLabel = "NAME|FILE", order = 2,
      description = "model and data: a recipe of the library (shapes, cifar10, ...) or a YAML file; default: " + SHAPES)
  private String recipe;

  @Option(names = "--set", paramLabel = "KEY=VALUE", order = 3,
      description = "overrides a key of the recipe (docs/recipes.md), data_dir above all; may be repeated. "
          + "The short training of --embedded takes it, too")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--embedded", defaultValue = "runs/analyze-model", paramLabel = "FOLDER", order = 4,
      description = "without --run and --weights: where a small network, trained on images that the program draws, is, or "
          + "is put after a short training; default: ${DEFAULT-VALUE}")
  private Path embedded;

  /** Opens the network and its test samples. */
  Subject open() throws IOException {
    Progress progress = ConsoleProgress.on(System.err);
    if (run == null && weights == null) {
      if (recipe != null) {
        throw new IllegalArgumentException("expected --weights FILE with --recipe, got no weights");
      }
      trainEmbedded(progress);
      return Subject.open(Recipes.read(embedded.resolve(RunFiles.RECIPE), overrides),
          embedded.resolve(RunFiles.WEIGHTS_BEST), progress);
    }
    return Subject.open(recipe(), file(), progress);
  }

  private Recipe recipe() throws IOException {
    if (run == null) {
      return Recipes.named(recipe == null ? SHAPES : recipe, overrides);
    }
    if (recipe != null) {
      throw new IllegalArgumentException("expected --run or --recipe, got both: a run folder has its recipe; leave one "
          + "of them out");
    }
    Path own = run.resolve(RunFiles.RECIPE);
    if (!Files.isRegularFile(own)) {
      throw new NoSuchFileException(own.toString(), null, run + " is no run folder; expected one that train has "
          + "written");
    }
    return Recipes.read(own, overrides);
  }

  private Path file() throws NoSuchFileException {
    Path file = weights != null ? weights : run.resolve(RunFiles.WEIGHTS_BEST);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, weights != null ? "there is no such file"
          : "a run has weights once its first epoch has ended; resume it first");
    }
    return file;
  }

  /** Without the overrides the network would not be of the recipe that it is then opened with. */
  private List<String> shortTraining() {
    return Stream.concat(SHORT_TRAINING.stream(), overrides.stream()).toList();
  }

  private void trainEmbedded(Progress progress) throws IOException {
    boolean begun = Files.isRegularFile(embedded.resolve(RunFiles.RECIPE));
    if (begun && Files.isRegularFile(embedded.resolve(RunFiles.WEIGHTS_BEST))) {
      return;
    }
    try (TrainingRun training = begun ? TrainingRun.resume(embedded, List.of(), List.of())
        : TrainingRun.start(Recipes.builtin(SHAPES, shortTraining()), embedded, List.of("analyze"))) {
      training.train(progress);
    }
  }
}
