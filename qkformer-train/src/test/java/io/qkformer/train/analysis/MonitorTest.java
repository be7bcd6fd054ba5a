package io.qkformer.train.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Attachment;
import io.qkformer.layer.LayerObserver;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Recompute;
import io.qkformer.model.QKFormer;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.NeuronTrace;
import io.qkformer.neuron.SpikingNeuron;
import io.qkformer.tensor.Floats;
import io.qkformer.train.analysis.LayerOperations.Needs;
import io.qkformer.train.recipe.Recipes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MonitorTest {

  private static final int STEPS = 2;
  private final Engine engine = Engine.create(1);
  private final QKFormer model = new QKFormer(Recipes.builtin("shapes", List.of("form=cifar", "dim=16",
      "img_size=16")).model().config(5), 3);
  private final INDArray images = Nd4j.linspace(-2, 2, 2 * 16 * 16 * 3).castTo(DataType.FLOAT)
      .reshape(1, 2, 16, 16, 3);

  /** A network as drawn is silent in evaluation: its running statistics are those of no data at all. */
  @BeforeEach
  void settleRunningStatistics() {
    for (int i = 0; i < 80; i++) {
      try (Pass pass = Pass.training(engine, STEPS)) {
        model.forward(images, pass);
      }
    }
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private void show(LayerObserver observer) {
    try (Pass pass = Pass.evaluation(engine, STEPS).observe(observer)) {
      model.forward(images, pass);
    }
  }

  private void train(Pass started) {
    try (Pass pass = started) {
      Output logits = model.forward(images, pass);
      logits.backward().apply(Nd4j.linspace(-1, 1, logits.value().length()).castTo(DataType.FLOAT)
          .reshape(logits.value().shape()));
    }
  }

  @Test
  void firingRatesHaveTheNamesAndTheRatesOfTheSummary() {
    FiringMonitor monitor = new FiringMonitor(LayerPattern.of("*_lif"));
    show(monitor);
    Map<String, Double> rates = new LinkedHashMap<>();
    monitor.layers().forEach(layer -> rates.put(layer.layer(), layer.rate()));
    Map<String, Double> expected = FiringRates.measure(model, images, Mode.EVALUATION, engine).byLayer();
    assertThat(rates.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach((layer, rate) -> assertThat(rates.get(layer)).as(layer).isCloseTo(rate, within(1e-6)));
  }

  @Test
  void ratesOfStepsAndChannelsAreThoseOfTheSpikesThemselves() {
    String layer = "stage1.0.tssa.k_lif";
    FiringMonitor monitor = new FiringMonitor(LayerPattern.of(layer));
    OutputMonitor outputs = new OutputMonitor(LayerPattern.of(layer));
    show(monitor);
    show(monitor);
    show(outputs);
    LayerFiring firing = monitor.layers().get(0);
    LayerOutput spikes = outputs.last(layer);
    int channels = (int) spikes.shape()[4];
    int rows = spikes.values().length / STEPS / channels;
    double[][] counted = new double[STEPS][channels];
    for (int i = 0; i < spikes.values().length; i++) {
      counted[i / channels / rows][i % channels] += spikes.values()[i] / rows;
    }
    assertThat(firing.samples()).isEqualTo(4);
    for (int t = 0; t < STEPS; t++) {
      assertThat(firing.rates()[t]).containsExactly(counted[t], within(1e-5));
    }
    assertThat(firing.rate()).isPositive().isCloseTo(Arrays.stream(firing.byChannel()).average().orElseThrow(),
        within(1e-12));
  }

  @Test
  void whatTokenAttentionLetsThroughIsTheMaskTimesK() {
    OutputMonitor outputs = new OutputMonitor(LayerPattern.of("stage1.0.*"));
    show(outputs);
    LayerOutput mask = outputs.last("stage1.0.tssa.attn_lif");
    LayerOutput keys = outputs.last("stage1.0.tssa.k_lif");
    LayerOutput attended = outputs.last("stage1.0.tssa.attended");
    int perHead = (int) (keys.shape()[4] / mask.shape()[4]);
    for (int i = 0; i < keys.values().length; i++) {
      assertThat(attended.values()[i]).isEqualTo(keys.values()[i] * mask.values()[i / perHead]);
    }
    assertThat(outputs.outputs()).extracting(LayerOutput::layer).contains("stage1.0.tssa.q_conv", "stage1.0.mlp.mlp1_conv")
        .doesNotHaveDuplicates();
    assertThatThrownBy(() -> outputs.last("stage9")).hasMessageContaining("stage9").hasMessageContaining("attn_lif");
    outputs.clear();
    assertThat(outputs.outputs()).isEmpty();
  }

  @Test
  void potentialsFallIntoTheBinsOfTheNeuronsOwnTrace() {
    SpikingNeuron neuron = new SpikingNeuron(NeuronConfig.lif());
    INDArray current = Nd4j.linspace(-3, 5, STEPS * 40).castTo(DataType.FLOAT).reshape(STEPS, 40);
    PotentialMonitor monitor = new PotentialMonitor(LayerPattern.ALL, -1, 1, 8);
    NeuronTrace trace;
    try (Pass pass = Pass.evaluation(engine, STEPS).observe(monitor)) {
      pass.run("lif", neuron, current);
      trace = neuron.trace(current, pass);
    }
    long[] counts = new long[8];
    long below = 0;
    for (float h : Floats.of(trace.potentials()).toArray()) {
      int bin = (int) Math.floor((h + 1) * 4);
      if (bin >= 0 && bin < 8) {
        counts[bin]++;
      }
      below += h < -1 ? 1 : 0;
    }
    Histogram histogram = monitor.histograms().get("lif");
    assertThat(histogram.counts()).containsExactly(counts);
    assertThat(histogram.below()).isPositive().isEqualTo(below);
    assertThat(histogram.total()).isEqualTo(STEPS * 40);
    assertThat(histogram.middle(0)).isEqualTo(-0.875);
    assertThatThrownBy(() -> new PotentialMonitor(LayerPattern.ALL, 1, 1, 8)).hasMessageContaining("from < to");
  }

  @Test
  void gradientsHaveTheSameNormsWhenPartsAreComputedAgain() {
    GradientMonitor plain = new GradientMonitor(LayerPattern.ALL);
    GradientMonitor again = new GradientMonitor(LayerPattern.ALL);
    train(Pass.of(Mode.FROZEN_STATISTICS, engine, STEPS).observe(plain));
    Map<String, Double> parameters = GradientMonitor.ofParameters(model, LayerPattern.of("*.weight"));
    train(Pass.of(Mode.FROZEN_STATISTICS, engine, STEPS).observe(again).withRecompute(Recompute.ALL));
    assertThat(plain.norms().keySet()).contains("head", "stage1.0", "stage1.0.tssa.proj_lif", "patch_embed1.proj_conv",
        "stage3.0.mlp");
    assertThat(again.norms().keySet()).containsExactlyInAnyOrderElementsOf(plain.norms().keySet());
    plain.norms().forEach((layer, norms) -> {
      assertThat(norms).as(layer).hasSize(1);
      assertThat(again.norms().get(layer).get(0)).as(layer).isCloseTo(norms.get(0), within(1e-4 + 1e-4 * norms.get(0)));
    });
    assertThat(plain.norms().get("head").get(0)).isPositive();
    assertThat(parameters).containsKey("head.weight").doesNotContainKey("head.bias");
    assertThat(parameters.get("head.weight")).isPositive();
  }

  @Test
  void anAttachedObserverSeesEachPassUntilItIsClosedAndAnotherStays() {
    FiringMonitor closed = new FiringMonitor(LayerPattern.of("patch_embed1.proj_lif"));
    FiringMonitor open = new FiringMonitor(LayerPattern.of("patch_embed1.proj_lif"));
    Attachment first = model.attach(closed);
    Attachment second = model.attach(open);
    train(Pass.training(engine, STEPS));
    show(open);
    first.close();
    first.close();
    assertThat(model.isObserved()).isTrue();
    train(Pass.training(engine, STEPS));
    second.close();
    assertThat(model.isObserved()).isFalse();
    train(Pass.training(engine, STEPS));
    assertThat(closed.layers()).singleElement().extracting(LayerFiring::samples).isEqualTo(4L);
    assertThat(open.layers()).singleElement().extracting(LayerFiring::samples).isEqualTo(6L);
  }

  /** Observation changes no number: the logits of a pass that is looked at are bit for bit those of one that is not. */
  @Test
  void whoLooksChangesNothing() {
    float[] plain;
    try (Pass pass = Pass.evaluation(engine, STEPS)) {
      plain = Floats.of(model.forward(images, pass).value()).toArray();
    }
    try (Pass pass = Pass.evaluation(engine, STEPS).observe(new OperationMonitor(LayerPattern.ALL))
        .observe(new OutputMonitor(LayerPattern.ALL)).observe(new PotentialMonitor(LayerPattern.ALL, -1, 1, 4))) {
      assertThat(Floats.of(model.forward(images, pass).value()).toArray()).isEqualTo(plain);
    }
  }

  @Test
  void densesOfConvolutionsAreTheSummarysMultiplyAccumulates() {
    OperationMonitor monitor = new OperationMonitor(LayerPattern.ALL);
    show(monitor);
    Map<String, LayerOperations> layers = monitor.layers().stream()
        .collect(Collectors.toMap(LayerOperations::layer, layer -> layer));
    model.summary().rows().stream().filter(row -> row.kind().startsWith("Conv2d")).forEach(row -> {
      assertThat(layers).containsKey(row.name());
      assertThat(layers.get(row.name()).dense() / layers.get(row.name()).samples()).as(row.name())
          .isEqualTo(row.multiplyAccumulates());
    });
    assertThat(layers.get("patch_embed1.proj_conv").needs()).isEqualTo(Needs.MULTIPLICATIONS);
    assertThat(layers.get("head").needs()).isEqualTo(Needs.MULTIPLICATIONS);
    assertThat(layers.get("stage1.0.tssa.q_conv").needs()).isEqualTo(Needs.ADDITIONS);
    assertThat(layers.get("stage3.0.ssa.attended").operations()).isLessThan(layers.get("stage3.0.ssa.attended").dense());
  }

  @Test
  void patternsTakeStarsQuestionMarksAndAlternatives() {
    LayerPattern pattern = LayerPattern.of("stage?.*.attn_lif, head");
    assertThat(pattern.matches("stage1.0.tssa.attn_lif")).isTrue();
    assertThat(pattern.matches("head")).isTrue();
    assertThat(pattern.matches("stage10.0.tssa.attn_lif")).isFalse();
    assertThat(pattern.matches("stage1.0.tssa.attn_lif2")).isFalse();
    assertThatThrownBy(() -> LayerPattern.of("a,,b")).hasMessageContaining("'a,,b'");
  }
}
