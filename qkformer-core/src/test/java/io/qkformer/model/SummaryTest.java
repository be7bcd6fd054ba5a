package io.qkformer.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.layer.MapShape;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.support.Engines;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class SummaryTest {

  static List<HstConfig> all() {
    List<HstConfig> all = new ArrayList<>(SmallModels.all());
    for (HstConfig config : SmallModels.all()) {
      HstConfig plif = config.withNeuron(NeuronConfig.of(NeuronConfig.Model.PLIF));
      all.add(plif);
      if (!config.form().isSpikformer()) {
        all.add(plif.withShortcut(Shortcut.PRE_ACTIVATION));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("all")
  void rowsAddUpToTheModelAndHaveItsShapes(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    ModelSummary summary = model.summary();
    assertThat(summary.parameters()).isEqualTo(model.parameterCount());
    assertThat(summary.rows().stream().mapToLong(ModelSummary.Row::parameters).sum())
        .isEqualTo(model.parameterCount());
    assertThat(summary.rows().stream().mapToLong(ModelSummary.Row::multiplyAccumulates).sum())
        .isEqualTo(summary.multiplyAccumulates());
    assertThat(summary.rows()).last().extracting(ModelSummary.Row::output)
        .isEqualTo(new MapShape(1, 1, 1, 1, SmallModels.CLASSES));
    try (Pass pass = Pass.evaluation(Engines.PORTABLE, config.timeSteps())) {
      for (INDArray map : model.features(SmallModels.input(config, 1), pass).maps()) {
        MapShape shape = new MapShape((int) map.size(0), 1, (int) map.size(2), (int) map.size(3),
            (int) map.size(4));
        assertThat(summary.rows().stream().map(ModelSummary.Row::output)).contains(shape);
      }
    }
  }

  @Test
  void multiplyAccumulatesOfTheCifarModelAreThoseCountedByHand() {
    long rows1 = 4 * 32 * 32;
    long rows2 = rows1 / 4;
    long rows3 = rows1 / 16;
    // the stem's first convolution sees the image once
    long embedding1 = 32 * 32 * 9 * 3 * 48 + rows1 * 9 * 48 * 96 + rows1 * 48 * 96;
    long embedding2 = rows1 * 9 * (96 * 192 + 192 * 192) + rows2 * 96 * 192;
    long embedding3 = rows2 * 9 * (192 * 384 + 384 * 384) + rows3 * 192 * 384;
    // Q, K, projection and an MLP of ratio 4: 11 C^2; SSA has V too, and Q (K^T V) over heads of 48 channels
    long stage1 = rows1 * 11 * 96 * 96;
    long stage2 = rows2 * 11 * 192 * 192;
    long stage3 = 2 * rows3 * (12 * 384 * 384 + 2 * 384 * 48);
    assertThat(new QKFormer(Preset.HST_4_384_CIFAR10.config(), 1).summary().multiplyAccumulates())
        .isEqualTo(embedding1 + embedding2 + embedding3 + stage1 + stage2 + stage3 + 384 * 10);
  }

  @Test
  void theTableNamesLayersAndTotals() {
    String table = new QKFormer(Preset.HST_4_384_CIFAR10.config(), 1).summary().toString();
    assertThat(table).contains("patch_embed1.proj_conv", "stage3.1.ssa.q(k^T v)", "[4, 1, 8, 8, 384]",
        "6,706,234")
        .contains("input [1, 1, 32, 32, 3]");
  }

  @Test
  void anotherInputMayBeAskedFor() {
    QKFormer model = new QKFormer(Preset.HST_4_384_CIFAR10.config(), 1);
    ModelSummary one = model.summary(new MapShape(1, 1, 32, 32, 3), 1);
    ModelSummary batch = model.summary(new MapShape(1, 8, 32, 32, 3), 1);
    assertThat(batch.multiplyAccumulates()).isEqualTo(8 * one.multiplyAccumulates());
    assertThat(batch.parameters()).isEqualTo(one.parameters());
  }
}
