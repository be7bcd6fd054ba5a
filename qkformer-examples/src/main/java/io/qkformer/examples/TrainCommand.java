package io.qkformer.examples;

import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.report.ConsoleProgress;
import io.qkformer.train.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model by a recipe and leaves a run folder. */
@Command(name = "train", mixinStandardHelpOptions = true,
    customSynopsis = "qkformer train [--recipe=NAME|FILE] [--out=FOLDER] [--KEY=VALUE]...",
    description = "Trains a model by a recipe. Without options: a small HST on images that the program draws, in about two "
        + "minutes. Ctrl-C ends it after the step that it is at; resume goes on from there.")
final class TrainCommand implements Callable<Integer> {

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  @Spec
  private CommandSpec spec;

  @Mixin
  private RecipeOptions options;

  @Option(names = "--out", paramLabel = "FOLDER",
      description = "run folder, which must be new or empty; default: <output>/<experiment>, or runs/<data>-<time>")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Recipe recipe = options.recipe();
    Path folder = out != null ? out : recipe.run().output().resolve(recipe.run().experiment()
        .orElse(recipe.data().dataset().id() + "-" + STAMP.format(LocalDateTime.now())));
    try (TrainingRun run = TrainingRun.start(recipe, folder, spec.commandLine().getParseResult().originalArgs())) {
      return new Session(run, spec.commandLine(), ConsoleProgress.on(System.err)).train();
    }
  }
}
