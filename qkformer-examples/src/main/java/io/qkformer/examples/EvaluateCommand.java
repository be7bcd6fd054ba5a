package io.qkformer.examples;

import io.qkformer.kernel.Engine;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.Split;
import io.qkformer.train.loop.Evaluation;
import io.qkformer.train.loop.Evaluator;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.report.ConsoleProgress;
import io.qkformer.train.report.Progress;
import io.qkformer.train.run.RecipeSamples;
import io.qkformer.train.run.RecipeLoaders;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Measures weights on the test split. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
    customSynopsis = "qkformer evaluate --run=FOLDER | --weights=FILE [--recipe=NAME|FILE] [--KEY=VALUE]...",
    description = "Measures trained weights on the test split: those of a run folder, or of a file.")
final class EvaluateCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private WeightsOptions weights;

  @Override
  public Integer call() throws IOException {
    Measured evaluation = evaluate(ConsoleProgress.on(System.err));
    spec.commandLine().getOut().printf(Locale.ROOT, "test loss %.4f, top-1 %.2f %%, top-5 %.2f %% of %d %s%n",
        evaluation.scores().loss(), evaluation.scores().top1(), evaluation.scores().top5(),
        evaluation.scores().samples(), evaluation.unit());
    return 0;
  }

  /**
   * What came out.
   *
   * @param unit what the samples are called
   */
  private record Measured(Evaluation scores, String unit) {
  }

  private Measured evaluate(Progress progress) throws IOException {
    Recipe recipe = weights.recipe();
    int threads = recipe.run().threads().orElse(Runtime.getRuntime().availableProcessors());
    try (RecipeSamples test = RecipeSamples.open(recipe, Split.TEST, threads, progress);
        Engine engine = Engine.create(threads)) {
      QKFormer model = weights.load(recipe, test.source().classes());
      return new Measured(new Evaluator(engine, progress).evaluate(model, new RecipeLoaders(recipe).test(test.source()),
          recipe.model().timeSteps()), test.source().unit());
    }
  }
}
