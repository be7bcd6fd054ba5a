package io.qkformer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.attention.AttentionKind;
import io.qkformer.kernel.CompactMap;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.PortableKernels;
import io.qkformer.layer.Content;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Recompute;
import io.qkformer.neuron.Shortcut;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class MemoryEstimateTest {

  /** What the project promises. */
  private static final Percentage PROMISED = Percentage.withPercentage(15);

  static List<HstConfig> models() {
    List<HstConfig> models = new ArrayList<>();
    for (HstConfig config : SmallModels.all()) {
      models.add(config);
      models.add(config.withStochasticDepth(0.2).withTimeSteps(1));
      if (!config.form().isSpikformer()) {
        models.add(config.withShortcut(Shortcut.PRE_ACTIVATION));
      }
    }
    AttentionKind[] kinds = {AttentionKind.QKTA, AttentionKind.SSA};
    models.add(HstConfig.of(Form.CIFAR, 16, 32, new int[] {2, 3}, kinds, 4, 4, 7, 2));
    models.add(HstConfig.of(Form.IMAGENET, 32, 64, new int[] {1, 4}, kinds, 4, 1, 7, 4));
    return models;
  }

  @ParameterizedTest
  @MethodSource("models")
  void featureMapsAreWithin15PercentOfWhatIsMeasured(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    for (int batch : new int[] {2, 5}) {
      INDArray x = SmallModels.input(config, batch);
      MapShape input = new MapShape((int) x.size(0), batch, config.height(), config.width(), config.inChannels());
      for (Recompute recompute : Recompute.values()) {
        long measured = measured(model, x, recompute);
        MemoryEstimate estimate = MemoryEstimate.of(model, input, config.timeSteps(), recompute);
        assertThat(estimate.maps()).as(recompute + " " + batch + " " + estimate.peakLayer())
            .isCloseTo(measured, PROMISED);
      }
    }
  }

  private static long measured(QKFormer model, INDArray x, Recompute recompute) {
    try (Engine engine = Engine.create(new PortableKernels(), 1)) {
      try (Pass pass = Pass.training(engine, model.config().timeSteps()).withRecompute(recompute)) {
        Output logits = model.forward(x, pass);
        logits.backward().apply(TestMaps.gaussian(1, x.size(1), model.config().classes()));
      }
      return engine.pool().use().arrays().mostBytes();
    }
  }

  @Test
  void compactMapsAreCountedToTheByte() {
    for (int length : new int[] {1, 64, 65, 5000}) {
      assertThat(Content.SPIKES.compactBytes(length)).isEqualTo(
          CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.spikes(1, 0.5, length))).bytes());
      INDArray counts = TestMaps.counts(1, 0.5, 3, length);
      counts.putScalar(0, 9);
      assertThat(Content.COUNTS.compactBytes(length))
          .isEqualTo(CompactMap.pack(Engines.PORTABLE, Floats.of(counts)).bytes());
    }
  }

  @Test
  void aBatchTakesInProportionAndRecomputationLess() {
    QKFormer model = new QKFormer(Preset.HST_10_384.config(), 1);
    MemoryTable one = MemoryTable.of(model, 1);
    MemoryTable four = MemoryTable.of(model, 4);
    for (int i = 0; i < one.estimates().size(); i++) {
      assertThat(four.estimates().get(i).maps()).isEqualTo(4 * one.estimates().get(i).maps());
      assertThat(four.estimates().get(i).total()).isLessThan(4 * one.estimates().get(i).total());
    }
    assertThat(one.estimates()).extracting(MemoryEstimate::recompute).containsExactly(Recompute.values());
    assertThat(one.estimates()).extracting(MemoryEstimate::maps).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(one.estimates().get(0).parameters()).isEqualTo(16 * model.parameterCount());
  }

  @Test
  void theTableNamesLayersAndTotals() {
    MemoryTable table = MemoryTable.of(new QKFormer(Preset.HST_4_384_CIFAR10.config(), 1), 4);
    // the hidden layer of the first block's MLP: [4, 4, 32, 32, 384] in float32
    assertThat(table.toString()).contains("input [1, 4, 32, 32, 3], T = 4").contains("stage1.0.mlp.mlp1_conv")
        .contains("25.17").contains("resident in all");
    double kept = table.rows().stream().mapToLong(row -> row.memory().maps()).sum();
    assertThat(kept / table.estimates().get(0).kept()).isCloseTo(1, within(0.1));
    assertThatThrownBy(() -> MemoryTable.of(new QKFormer(Preset.HST_4_384_CIFAR10.config(), 1), 0))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("positive");
  }
}
