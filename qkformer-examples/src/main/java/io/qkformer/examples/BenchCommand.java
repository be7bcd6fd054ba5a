package io.qkformer.examples;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.KernelProvider;
import io.qkformer.kernel.Kernels;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the kernels, and forward pass and training step of a model on random input. */
@Command(name = "bench", mixinStandardHelpOptions = true,
    description = "Measures the kernels, SIMD and portable, and the training step of a model on random input.")
final class BenchCommand implements Runnable {

  private static final double NANOS_PER_MILLI = 1e6;

  @Spec
  private CommandSpec spec;

  @Mixin
  private ModelOptions model;

  @Option(names = "--batch", defaultValue = "32", paramLabel = "B", description = "default: ${DEFAULT-VALUE}")
  private int batch;

  @Option(names = "--runs", defaultValue = "20", paramLabel = "N",
      description = "steps to time, after as many to warm up; default: ${DEFAULT-VALUE}")
  private int runs;

  @Option(names = "--threads", paramLabel = "N", description = "default: the machine's processors")
  private Integer threads;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    Kernels portable = KernelProvider.portable();
    Kernels best = KernelProvider.best();
    out.printf("%-44s %14s %14s%n", "kernel, one thread, median", best.name(), portable.name());
    for (KernelBench bench : KernelBench.all()) {
      out.printf(Locale.ROOT, "%-44s %14s %14s%n", bench.name(), bench.measure(best), bench.measure(portable));
    }
    step(out);
  }

  private void step(PrintWriter out) {
    HstConfig config = model.config(null);
    QKFormer network = new QKFormer(config, 0);
    liven(network);
    double[] forward = new double[runs];
    double[] step = new double[runs];
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    try (Engine engine = Engine.create(workers)) {
      INDArray x = input(config);
      INDArray gradient = Nd4j.valueArrayOf(new long[] {batch, config.classes()}, 0.01, DataType.FLOAT);
      for (int i = -runs; i < runs; i++) {
        long start = System.nanoTime();
        try (Pass pass = Pass.training(engine, config.timeSteps())) {
          Output logits = network.forward(x, pass);
          forward[Math.max(0, i)] = (System.nanoTime() - start) / NANOS_PER_MILLI;
          logits.backward().apply(gradient);
        }
        step[Math.max(0, i)] = (System.nanoTime() - start) / NANOS_PER_MILLI;
      }
    }
    Arrays.sort(forward);
    Arrays.sort(step);
    out.printf(Locale.ROOT, "forward %.0f ms, forward and backward %.0f ms (medians of %d), %.1f images/s, batch %d, T %d, "
        + "%d threads%n", forward[runs / 2], step[runs / 2], runs, 1000 * batch / step[runs / 2], batch,
        config.timeSteps(), workers);
  }

  private INDArray input(HstConfig config) {
    int steps = config.form() == Form.EVENTS ? config.timeSteps() : 1;
    float[] values = new float[steps * batch * config.height() * config.width() * config.inChannels()];
    RandomStream random = RandomStream.of(0, "bench input");
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.create(values, new long[] {steps, batch, config.height(), config.width(), config.inChannels()}, 'c');
  }

  /** Scales of 1..2 and shifts of 0..1, as the PyTorch benchmark has them, so that a fresh network fires. */
  private static void liven(QKFormer network) {
    network.visit("", (name, parameter) -> {
      if (name.endsWith("_bn.weight") || name.endsWith("_bn.bias")) {
        double low = name.endsWith("weight") ? 1 : 0;
        RandomStream random = RandomStream.of(0, name);
        float[] values = new float[(int) parameter.count()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(low, low + 1);
        }
        Floats.of(parameter.value()).write(0, values, 0, values.length);
      }
    });
  }
}
