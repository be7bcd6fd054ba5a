package io.qkformer.examples;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.kernel.Engine;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Order;
import io.qkformer.train.data.Split;
import io.qkformer.train.loop.Evaluation;
import io.qkformer.train.loop.Evaluator;
import io.qkformer.train.report.ConsoleProgress;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures weights on the test split. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
    description = "Loads weights (safetensors, or PyTorch's .pth) and measures them on the test split.")
final class EvaluateCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOptions data;

  @Mixin
  private ModelOptions model;

  @Option(names = "--weights", required = true, paramLabel = "FILE", description = "what training wrote, or a .pth")
  private Path weights;

  @Option(names = "--batch", defaultValue = "64", paramLabel = "B", description = "default: ${DEFAULT-VALUE}")
  private int batch;

  @Option(names = "--threads", paramLabel = "N", description = "default: the machine's processors")
  private Integer threads;

  @Override
  public Integer call() throws IOException {
    Evaluation evaluation = evaluate(ConsoleProgress.on(System.err));
    spec.commandLine().getOut().printf(Locale.ROOT, "test loss %.4f, top-1 %.2f %%, top-5 %.2f %% of %d images%n",
        evaluation.loss(), evaluation.top1(), evaluation.top5(), evaluation.samples());
    return 0;
  }

  private Evaluation evaluate(Progress progress) throws IOException {
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    Dataset test = data.load(Split.TEST, workers, progress);
    HstConfig config = model.config(test.classes());
    QKFormer network = new QKFormer(config, 0);
    ModelWeights.load(weights, network);
    try (Engine engine = Engine.create(workers)) {
      DataLoader loader = DataLoader.builder(test).batchSize(batch).shuffle(Order.SEQUENTIAL)
          .normalization(data.normalization()).build();
      return new Evaluator(engine, progress).evaluate(network, loader, config.timeSteps());
    }
  }
}
