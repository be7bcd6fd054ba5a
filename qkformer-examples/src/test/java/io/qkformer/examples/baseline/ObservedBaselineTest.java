package io.qkformer.examples.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.examples.baseline.BaselineConfig.Input;
import io.qkformer.examples.baseline.BaselineTrainingTest.Baseline;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.KernelProvider;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.tensor.Floats;
import io.qkformer.train.analysis.FiringMonitor;
import io.qkformer.train.analysis.GradientMonitor;
import io.qkformer.train.analysis.LayerFiring;
import io.qkformer.train.analysis.LayerOperations;
import io.qkformer.train.analysis.LayerPattern;
import io.qkformer.train.analysis.OperationMonitor;
import io.qkformer.train.analysis.OutputMonitor;
import io.qkformer.train.analysis.PotentialMonitor;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Monitors are for any network: those that are composed of the library's parts show theirs by the same names. */
class ObservedBaselineTest {

  private static final Input INPUT = Input.CIFAR;

  @ParameterizedTest
  @EnumSource
  void everyBaselineShowsItsLayersByName(Baseline baseline) {
    Classifier network = BaselineTrainingTest.network(baseline, INPUT);
    INDArray x = BaselineTrainingTest.input(INPUT);
    FiringMonitor rates = new FiringMonitor(LayerPattern.of("*_lif,*.attended"));
    PotentialMonitor potentials = new PotentialMonitor(LayerPattern.of("block.1.attn.*"), -4, 4, 16);
    OutputMonitor outputs = new OutputMonitor(LayerPattern.of("block.?"));
    OperationMonitor operations = new OperationMonitor(LayerPattern.ALL);
    GradientMonitor gradients = new GradientMonitor(LayerPattern.of("head,block.*.mlp"));
    float[] plain;
    float[] observed;
    try (Engine engine = Engine.create(KernelProvider.portable(), 1)) {
      try (Pass pass = Pass.of(Mode.FROZEN_STATISTICS, engine, BaselineTrainingTest.T)) {
        plain = Floats.of(network.forward(x, pass).value()).toArray();
      }
      try (Pass pass = Pass.of(Mode.FROZEN_STATISTICS, engine, BaselineTrainingTest.T).observe(rates).observe(potentials)
          .observe(outputs).observe(operations).observe(gradients)) {
        Output logits = network.forward(x, pass);
        observed = Floats.of(logits.value()).toArray();
        logits.backward().apply(logits.value().dup().assign(1));
      }
    }
    assertThat(observed).as("who looks changes nothing").isEqualTo(plain);
    assertThat(rates.layers()).extracting(LayerFiring::layer)
        .contains("block.0.attn.q_lif", "block.1.attn.k_lif", "block.1.attn.attended");
    assertThat(rates.layers()).anySatisfy(layer -> {
      assertThat(layer.layer()).startsWith("patch_embed.");
      assertThat(layer.rate()).isPositive();
    });
    assertThat(potentials.histograms()).containsKeys("block.1.attn.q_lif", "block.1.attn.k_lif");
    assertThat(outputs.last("block.0").shape()).containsExactly(BaselineTrainingTest.T, BaselineTrainingTest.BATCH, 4, 4,
        32);
    assertThat(gradients.norms()).containsOnlyKeys("head", "block.0.mlp", "block.1.mlp");

    Set<String> weights = new TreeSet<>();
    network.visit("", (name, parameter) -> {
      if (parameter.value().length() > 1 && name.matches(".*(_conv\\d*|_linear|head)\\.weight")) {
        weights.add(name.substring(0, name.lastIndexOf('.')));
      }
    });
    assertThat(operations.layers()).extracting(LayerOperations::layer).containsAll(weights);
  }
}
