package io.qkformer.examples;

import io.qkformer.layer.Recompute;
import io.qkformer.train.optimize.Mixup;
import io.qkformer.train.optimize.RateUpdate;
import io.qkformer.train.optimize.TimmCosine;
import io.qkformer.train.report.ConsoleProgress;
import io.qkformer.train.report.EpochMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model and leaves weights, metrics and a learning curve in a run folder. */
@Command(name = "train", mixinStandardHelpOptions = true,
    description = "Trains a model. Without options: a small HST on images that the program draws, in about two minutes.")
final class TrainCommand implements Callable<Integer> {

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOptions data;

  @Mixin
  private ModelOptions model;

  @Option(names = "--epochs", defaultValue = "6", paramLabel = "N", description = "default: ${DEFAULT-VALUE}")
  private int epochs;

  @Option(names = "--batch", defaultValue = "32", paramLabel = "B",
      description = "samples of a micro-batch; default: ${DEFAULT-VALUE}")
  private int batch;

  @Option(names = "--accumulation", defaultValue = "1", paramLabel = "N",
      description = "micro-batches per step; default: ${DEFAULT-VALUE}")
  private int accumulation;

  @Option(names = "--lr", defaultValue = "4e-3", paramLabel = "RATE", description = "peak; default: ${DEFAULT-VALUE}")
  private double rate;

  @Option(names = "--warmup-epochs", defaultValue = "1", paramLabel = "N", description = "default: ${DEFAULT-VALUE}")
  private int warmup;

  @Option(names = "--warmup-lr", defaultValue = "1e-4", paramLabel = "RATE", description = "default: ${DEFAULT-VALUE}")
  private double warmupRate;

  @Option(names = "--min-lr", defaultValue = "1e-5", paramLabel = "RATE", description = "default: ${DEFAULT-VALUE}")
  private double minRate;

  @Option(names = "--weight-decay", defaultValue = "0.06", paramLabel = "D", description = "default: ${DEFAULT-VALUE}")
  private double weightDecay;

  @Option(names = "--smoothing", defaultValue = "0.1", paramLabel = "S",
      description = "label smoothing; default: ${DEFAULT-VALUE}")
  private double smoothing;

  @Option(names = "--mixup", paramLabel = "ALPHA", description = "mixes images by Beta(ALPHA, ALPHA); default: off")
  private Double mixup;

  @Option(names = "--crop-padding", defaultValue = "0", paramLabel = "PIXELS",
      description = "random crops from the padded image; default: ${DEFAULT-VALUE}")
  private int cropPadding;

  @Option(names = "--flip", defaultValue = "0", paramLabel = "P",
      description = "probability of a horizontal flip; default: ${DEFAULT-VALUE}")
  private double flip;

  @Option(names = "--rate-update", defaultValue = "PER_STEP",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private RateUpdate rateUpdate;

  @Option(names = "--recompute", defaultValue = "NONE",
      description = "${COMPLETION-CANDIDATES}: computed again in the backward pass, not kept, where memory is the limit; "
          + "default: ${DEFAULT-VALUE}")
  private Recompute recompute;

  @Option(names = "--seed", defaultValue = "42", description = "default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(names = "--threads", paramLabel = "N", description = "default: the machine's processors")
  private Integer threads;

  @Option(names = "--out", paramLabel = "FOLDER",
      description = "run folder, which must be new or empty; default: runs/<data>-<time>")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Path folder = out != null ? out : Path.of("runs", data.name() + "-" + STAMP.format(LocalDateTime.now()));
    TrainingRun.Settings settings = new TrainingRun.Settings(epochs, batch, accumulation,
        new TimmCosine(rate, epochs, warmup, warmupRate, minRate, 0), rateUpdate, weightDecay, smoothing,
        Optional.ofNullable(mixup).map(alpha -> new Mixup(alpha, 1)), cropPadding, flip, seed, recompute,
        threads == null ? Runtime.getRuntime().availableProcessors() : threads, folder);
    EpochMetrics last = new TrainingRun(data, model, settings, ConsoleProgress.on(System.err)).run();
    spec.commandLine().getOut().printf(Locale.ROOT,
        "test accuracy: %.2f %% (top-5 %.2f %%, loss %.4f)%nweights, summary.csv and curve.png are in %s%n",
        last.eval().top1(), last.eval().top5(), last.eval().loss(), folder.toAbsolutePath());
    return 0;
  }
}
