package io.qkformer.examples.bench;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.KernelProvider;
import io.qkformer.kernel.Kernels;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.train.analysis.FiringRates;
import io.qkformer.train.report.ProcessMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Times training step or inference of one of the peer's cases and prints one line of JSON; or times the kernels. */
@Command(name = "bench", mixinStandardHelpOptions = true,
    description = "Times a training step or inference like the PyTorch peer's bench_torch.py and prints one line of "
        + "JSON; or, with --kernels, a table of the kernels.")
public final class BenchCommand implements Callable<Integer> {

  private static final int MOST_RUNS = 30;
  private static final int MOST_LATENCY_RUNS = 200;
  private static final int SECONDS = 60;
  private static final int SECONDS_OF_MONITORS = 90;
  private static final int BATCH_OF_MONITORS = 2;

  @Spec
  private CommandSpec spec;

  @Option(names = "--case", paramLabel = "CASE", description = "${COMPLETION-CANDIDATES}")
  private BenchCase benchCase;

  @Option(names = "--what", paramLabel = "WORK", description = "${COMPLETION-CANDIDATES}; default: TRAIN")
  private Work what;

  @Option(names = "--batch", paramLabel = "B", description = "samples of a step; default: the case's")
  private Integer batch;

  @Option(names = "--latency", description = "inference of single samples: --what infer --batch 1, up to "
      + MOST_LATENCY_RUNS + " runs")
  private boolean latency;

  @Option(names = {"-T", "--time-steps"}, paramLabel = "T", description = "default: the case's")
  private Integer timeSteps;

  @Option(names = "--budget", paramLabel = "SECONDS", description = "of timed steps, at least 5 and at most " + MOST_RUNS
      + "; default: " + SECONDS + ", with --monitors " + SECONDS_OF_MONITORS)
  private Double budget;

  @Option(names = "--warm-up", defaultValue = "10", paramLabel = "SECONDS", description = "at least; up to three "
      + "times as long until three steps in a row agree within 5 %% and the JIT compiler is quiet; default: ${DEFAULT-VALUE}")
  private double warmUp;

  @Option(names = "--steps", paramLabel = "N", description = "run N steps instead of a budget, the first "
      + Stopwatch.EARLY_STEP + " untimed, and report the resident memory behind these and at the end")
  private Integer steps;

  @Option(names = "--threads", paramLabel = "N", description = "default: the machine's processors")
  private Integer threads;

  @Option(names = "--weights", paramLabel = "FILE", description = "safetensors or .pth; default: a fresh network whose "
      + "batch norms are set so that it fires")
  private Path weights;

  @Option(names = "--input", defaultValue = "NOISE", paramLabel = "SOURCE",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}, as the peer's")
  private BenchInput.Source source;

  @Option(names = "--export-input", paramLabel = "FILE", description = "write the images and labels as safetensors")
  private Path exported;

  @Option(names = "--kernels", description = "time the kernels, SIMD and portable, instead of a case")
  private boolean kernels;

  @Option(names = "--monitors", description = "time training steps and evaluation passes of the case without a monitor, after "
      + "one was closed, and with one of all firing rates, in turn, and print ratios with 95 %% intervals; --batch is "
      + BATCH_OF_MONITORS + " unless given: many short steps tell more than few long ones")
  private boolean monitors;

  @Override
  public Integer call() throws IOException {
    if (kernels == (benchCase != null)) {
      throw new ParameterException(spec.commandLine(), "expected either --case or --kernels; see --help");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (kernels) {
      kernelTable(out);
    } else {
      out.println(monitors ? measureMonitors() : measure());
    }
    return 0;
  }

  private String measure() throws IOException {
    Work work = latency ? Work.INFER : what == null ? Work.TRAIN : what;
    HstConfig config = timeSteps == null ? benchCase.config() : benchCase.config().withTimeSteps(timeSteps);
    BenchInput input = BenchInput.of(source, config, samples());
    if (exported != null) {
      input.export(exported);
    }
    QKFormer network = new QKFormer(config, 0);
    if (weights == null) {
      Networks.liven(network);
    } else {
      ModelWeights.load(weights, network);
    }
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    try (Engine engine = Engine.create(workers)) {
      Runnable step = work.step(network, input, engine);
      FiringRates before = FiringRates.measure(network, input.images(), work.mode(), engine);
      Stopwatch watch = Stopwatch.own();
      Timing timing = steps != null ? watch.steps(steps, step)
          : watch.within(new Stopwatch.Budget(warmUp, budget(SECONDS), latency ? MOST_LATENCY_RUNS : MOST_RUNS), step);
      // read before anything else takes memory
      BenchReport report = new BenchReport(spec.root().version()[0], benchCase, work, network, engine, input.batch())
          .timing(timing, input.batch(), work.flops(Flops.of(network)))
          .peak(ProcessMemory.own().peakMb());
      return report.firing(before, FiringRates.measure(network, input.images(), work.mode(), engine)).toJson();
    }
  }

  private String measureMonitors() throws IOException {
    if (latency || what != null || steps != null) {
      throw new ParameterException(spec.commandLine(), "--monitors times training steps and evaluation passes within a "
          + "budget: expected no --latency, no --what and no --steps");
    }
    batch = batch == null ? Integer.valueOf(BATCH_OF_MONITORS) : batch;
    HstConfig config = timeSteps == null ? benchCase.config() : benchCase.config().withTimeSteps(timeSteps);
    BenchInput input = BenchInput.of(source, config, samples());
    QKFormer network = new QKFormer(config, 0);
    Networks.liven(network);
    try (Engine engine = Engine.create(threads == null ? Runtime.getRuntime().availableProcessors() : threads)) {
      return new MonitorBench(network, input, engine, System::nanoTime).measure(warmUp, budget(SECONDS_OF_MONITORS));
    }
  }

  private double budget(int otherwise) {
    double seconds = budget == null ? otherwise : budget;
    if (!(seconds >= 0) || !(warmUp >= 0)) {
      throw new ParameterException(spec.commandLine(), "--budget and --warm-up must be at least 0 seconds, got " + seconds
          + " and " + warmUp);
    }
    return seconds;
  }

  private int samples() {
    if (latency && (what == Work.TRAIN || (batch != null && batch != 1))) {
      throw new ParameterException(spec.commandLine(), "--latency is inference of single samples: expected no --what "
          + "train and no --batch other than 1");
    }
    int samples = latency ? 1 : batch == null ? benchCase.batch() : batch;
    if (samples < 1) {
      throw new ParameterException(spec.commandLine(), "--batch must be at least 1, got " + samples);
    }
    return samples;
  }

  private static void kernelTable(PrintWriter out) {
    Kernels portable = KernelProvider.portable();
    Kernels best = KernelProvider.best();
    out.printf("%-44s %14s %14s%n", "kernel, one thread, median", best.name(), portable.name());
    for (KernelBench bench : KernelBench.all()) {
      out.printf(Locale.ROOT, "%-44s %14s %14s%n", bench.name(), bench.measure(best), bench.measure(portable));
    }
  }
}
