package io.qkformer.train.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Attachment;
import io.qkformer.layer.Firing;
import io.qkformer.layer.LayerObserver;
import io.qkformer.layer.Pass;
import io.qkformer.model.QKFormer;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.NeuronConfig.Model;
import io.qkformer.neuron.SpikingNeuron;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.recipe.Recipes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Histograms of H against eq. 1-3, written down once more. */
class PotentialMonitorTest {

  private static final int STEPS = 3;
  private static final int BINS = 10;
  private static final double FROM = -1.5;
  private static final double TO = 2;
  private static final double W = 1;

  private final Engine engine = Engine.create(1);

  @AfterEach
  void close() {
    engine.close();
  }

  private static INDArray gaussian(double mean, long... shape) {
    INDArray x = Nd4j.createUninitialized(DataType.FLOAT, shape);
    RandomStream random = RandomStream.of(3, "potentials");
    float[] values = new float[(int) x.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + random.nextGaussian());
    }
    Floats.of(x).write(0, values, 0, values.length);
    return x;
  }

  /** 1 / tau; tau is 2 but PLIF's, which w says. */
  private static double rate(Model model) {
    return switch (model) {
      case LIF -> 0.5;
      case IF -> 1;
      case PLIF -> 1 / (1 + Math.exp(-W));
    };
  }

  /** What falls below, into and above the bins. */
  private static long[] expected(Model model, float[] current, int inputSteps, double threshold) {
    long[] bins = new long[BINS + 2];
    int neurons = current.length / inputSteps;
    for (int i = 0; i < neurons; i++) {
      double v = 0;
      for (int t = 0; t < STEPS; t++) {
        double x = current[(inputSteps == 1 ? 0 : t) * neurons + i];
        double h = model == Model.IF ? v + x : v + rate(model) * (x - v);
        v = h >= threshold ? 0 : h;
        bins[(int) Math.max(0, Math.min(BINS + 1, 1 + Math.floor((h - FROM) / (TO - FROM) * BINS)))]++;
      }
    }
    return bins;
  }

  private static long[] bins(Histogram histogram) {
    long[] bins = new long[BINS + 2];
    System.arraycopy(histogram.counts(), 0, bins, 1, BINS);
    bins[0] = histogram.below();
    bins[BINS + 1] = histogram.above();
    return bins;
  }

  private static PotentialMonitor monitor(String pattern) {
    return new PotentialMonitor(LayerPattern.of(pattern), FROM, TO, BINS);
  }

  /** A static current, T0 = 1, is there at each of the T steps: T potentials of each neuron. */
  @ParameterizedTest
  @CsvSource({"LIF, 1", "LIF, 3", "IF, 1", "IF, 3", "PLIF, 1", "PLIF, 3"})
  void potentialsAreThoseOfTheEquations(Model model, int inputSteps) {
    SpikingNeuron neuron = new SpikingNeuron(NeuronConfig.of(model));
    neuron.visit("", (name, parameter) -> parameter.value().assign(W));
    INDArray current = gaussian(0.6, inputSteps, 2, 500);
    PotentialMonitor monitor = monitor("neuron");
    try (Pass pass = Pass.evaluation(engine, STEPS).observe(monitor)) {
      pass.run("neuron", neuron, current);
      pass.run("another", neuron, current);
    }
    assertThat(monitor.histograms()).containsOnlyKeys("neuron");
    Histogram histogram = monitor.histograms().get("neuron");
    assertThat(histogram.total()).isEqualTo(STEPS * 1000);
    assertThat(bins(histogram)).containsExactly(expected(model, Floats.of(current).toArray(), inputSteps, 1));
    assertThat(histogram.above()).isPositive();
  }

  /** Neurons of a model, the stem's behind a static image among them: by what current each had. */
  @ParameterizedTest
  @EnumSource
  void potentialsWithinAModelAreThoseOfItsCurrents(Model model) {
    QKFormer network = new QKFormer(Recipes.builtin("shapes", List.of("form=cifar", "dim=16", "img_size=16",
        "neuron=" + model.name().toLowerCase(Locale.ROOT))).model().config(5), 3);
    network.visit("", (name, parameter) -> {
      if (name.endsWith("_lif.w")) {
        parameter.value().assign(W);
      }
    });
    String layers = "patch_embed1.proj_lif,stage1.0.tssa.attn_lif,stage2.0.tssa.k_lif,stage3.0.ssa.attn_lif";
    PotentialMonitor monitor = monitor(layers);
    Map<String, long[]> expected = new LinkedHashMap<>();
    Map<String, Integer> inputSteps = new LinkedHashMap<>();
    LayerPattern pattern = LayerPattern.of(layers);
    LayerObserver currents = new LayerObserver() {
      @Override
      public void fired(String layer, Firing firing) {
        if (pattern.matches(layer)) {
          float[] current = new float[(int) firing.current().length()];
          firing.current().read(0, current, 0, current.length);
          inputSteps.put(layer, firing.inputSteps());
          expected.put(layer, expected(model, current, firing.inputSteps(), firing.step().threshold()));
        }
      }
    };
    Attachment first = network.attach(currents);
    Attachment second = network.attach(monitor);
    try (Pass pass = Pass.training(engine, STEPS)) {
      network.forward(gaussian(0, 1, 2, 16, 16, 3), pass);
    }
    first.close();
    second.close();

    assertThat(monitor.histograms()).hasSize(4);
    monitor.histograms().forEach((layer, histogram) ->
        assertThat(bins(histogram)).as(layer).containsExactly(expected.get(layer)));
    assertThat(inputSteps.get("patch_embed1.proj_lif")).isEqualTo(1);
    assertThat(inputSteps.get("stage2.0.tssa.k_lif")).isEqualTo(STEPS);
    assertThat(monitor.histograms().get("patch_embed1.proj_lif").total()).isEqualTo(STEPS * 2L * 16 * 16 * 2);
  }

  @Test
  void histogramsAddUpOverPasses() {
    SpikingNeuron neuron = new SpikingNeuron(NeuronConfig.lif());
    INDArray current = gaussian(0.6, 1, 100);
    PotentialMonitor monitor = monitor("*");
    List<Long> totals = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (Pass pass = Pass.evaluation(engine, STEPS).observe(monitor)) {
        pass.run("lif", neuron, current);
      }
      totals.add(monitor.histograms().get("lif").total());
    }
    assertThat(totals).containsExactly(STEPS * 100L, STEPS * 200L);
  }
}
