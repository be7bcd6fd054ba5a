package io.qkformer.model;

import static io.qkformer.attention.AttentionKind.QKTA;
import static io.qkformer.attention.AttentionKind.SSA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.attention.AttentionKind;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.Shortcut;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a model refuses, and that the message names what is wrong. */
class BadInputTest {

  private static final HstConfig CONFIG = SmallModels.config(Form.CIFAR, SSA);
  private static final QKFormer MODEL = SmallModels.model(CONFIG);

  private static AbstractThrowableAssert<?, ?> refused(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  private static AbstractThrowableAssert<?, ?> refused(INDArray x) {
    return refused(() -> {
      try (Pass pass = Pass.evaluation(Engines.PORTABLE, 3)) {
        MODEL.forward(x, pass);
      }
    });
  }

  @Test
  void rankChannelsAndSize() {
    refused(TestMaps.gaussian(1, 2, 8, 12, 3))
        .hasMessage("expected [T, B, H, W, 3], got [2, 8, 12, 3] (the model's input)");
    refused(TestMaps.gaussian(1, 1, 2, 8, 12, 1))
        .hasMessage("expected [T, B, H, W, 3], got [T=1, B=2, H=8, W=12, C=1] (the model's input)");
    refused(TestMaps.gaussian(1, 1, 2, 3, 8, 12)).hasMessageContaining("C=12");
    refused(TestMaps.gaussian(1, 1, 2, 8, 10, 3))
        .hasMessage("height and width must be multiples of 4, got [T=1, B=2, H=8, W=10, C=3]");
    refused(TestMaps.gaussian(1, 1, 2, 2, 8, 3)).hasMessageContaining("multiples of 4")
        .hasMessageContaining("H=2");
    refused(TestMaps.gaussian(1, 2, 2, 8, 8, 3))
        .hasMessage("expected T0 = 1 (static) or T = 3 of the pass, got [T=2, B=2, H=8, W=8, C=3]");
  }

  @Test
  void otherTypesAndViews() {
    refused(TestMaps.gaussian(1, 1, 2, 8, 8, 3).castTo(DataType.DOUBLE)).hasMessageContaining("DOUBLE")
        .hasMessageContaining("castTo(DataType.FLOAT)");
    refused(TestMaps.gaussian(1, 1, 2, 3, 8, 8).permute(0, 1, 3, 4, 2)).hasMessageContaining("dup('c')");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void valuesThatAreNotFinite(float value) {
    for (int t : new int[] {0, 2}) {
      INDArray frames = SmallModels.frames(CONFIG, 4);
      frames.putScalar(new int[] {t, 2, 7, 11, 1}, value);
      refused(frames).hasMessageContaining("the input holds " + value).hasMessageContaining("sample 2");
    }
  }

  @Test
  void theSameHoldsForFeatures() {
    try (Pass pass = Pass.evaluation(Engines.PORTABLE, 3)) {
      refused(() -> MODEL.features(TestMaps.gaussian(1, 1, 2, 8, 10, 3), pass))
          .hasMessageContaining("multiples of 4");
    }
  }

  @Test
  void gradientsThatDoNotFitTheLogits() {
    try (Pass pass = Pass.training(Engines.PORTABLE, 3)) {
      Output output = MODEL.forward(SmallModels.images(CONFIG, 2), pass);
      refused(() -> output.backward().apply(TestMaps.gaussian(1, 2, 4)))
          .hasMessage("expected a gradient of shape [2, 5], got [2, 4] (head)");
    }
  }

  @Test
  void theWayBackOfAnEvaluationPass() {
    try (Pass pass = Pass.evaluation(Engines.PORTABLE, 3)) {
      Output output = MODEL.forward(SmallModels.images(CONFIG, 2), pass);
      assertThatThrownBy(() -> output.backward().apply(TestMaps.gaussian(1, 2, 5)))
          .isInstanceOf(IllegalStateException.class).hasMessageContaining("evaluation pass");
      Features features = MODEL.features(SmallModels.images(CONFIG, 2), pass);
      assertThatThrownBy(() -> features.backward().apply(features.maps()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aSingleValuePerChannelInTraining() {
    HstConfig config = HstConfig.of(Form.CIFAR, 4, 16, new int[] {1, 1, 1}, kinds(3), 2, 2, 5, 1);
    QKFormer model = SmallModels.model(config);
    INDArray x = TestMaps.gaussian(1, 1, 1, 4, 4, 3);
    try (Pass training = Pass.training(Engines.PORTABLE, 1);
        Pass frozen = Pass.of(Mode.FROZEN_STATISTICS, Engines.PORTABLE, 1)) {
      refused(() -> model.forward(x, training)).hasMessageContaining("more than one value per channel")
          .hasMessageContaining("T=1, B=1, H=1, W=1");
      assertThat(model.forward(x, frozen).value().shape()).containsExactly(1, 5);
    }
  }

  @Test
  void passesOfNoSteps() {
    refused(() -> Pass.training(Engines.PORTABLE, 0)).hasMessageContaining("T").hasMessageContaining("got 0");
    refused(() -> Pass.evaluation(Engines.PORTABLE, -3)).hasMessageContaining("got -3");
  }

  private static AttentionKind[] kinds(int n) {
    AttentionKind[] kinds = new AttentionKind[n];
    Arrays.fill(kinds, QKTA);
    return kinds;
  }

  private static HstConfig config(Form form, int size, int width, int stages, int heads, double ratio) {
    int[] depths = new int[stages];
    Arrays.fill(depths, 1);
    return HstConfig.of(form, size, width, depths, kinds(stages), heads, ratio, 10, 4);
  }

  @Test
  void sizesThatTheStridesDoNotDivide() {
    refused(() -> config(Form.CIFAR, 30, 16, 3, 2, 4))
        .hasMessage("the strides of this model divide height and width by 4, got 30x30; use multiples of 4");
    refused(() -> config(Form.IMAGENET, 40, 16, 3, 2, 4)).hasMessageContaining("by 16, got 40x40");
    refused(() -> config(Form.EVENTS, 0, 16, 2, 2, 4)).hasMessageContaining("by 16, got 0x0");
    refused(() -> CONFIG.withSize(8, 9)).hasMessageContaining("got 8x9");
  }

  @Test
  void headsWidthsAndRatios() {
    refused(() -> config(Form.CIFAR, 32, 16, 3, 3, 4))
        .hasMessage("heads must divide the width: heads = 3, width = 4");
    refused(() -> config(Form.CIFAR, 32, 16, 3, 0, 4)).hasMessageContaining("heads = 0");
    refused(() -> config(Form.CIFAR, 32, 18, 3, 2, 4)).hasMessageContaining("must halve 2 times, got 18");
    refused(() -> config(Form.CIFAR, 32, 16, 3, 2, 0)).hasMessageContaining("mlpRatio")
        .hasMessageContaining("0.0");
    refused(() -> new StageConfig(0, 1, SSA, 1, 4)).hasMessageContaining("width = 0");
    refused(() -> new StageConfig(8, -1, SSA, 1, 4)).hasMessageContaining("depth = -1");
    refused(() -> new QKFormer(config(Form.EVENTS, 32, 8, 2, 2, 4), 1)).hasMessageContaining("multiple of 8");
  }

  @Test
  void countsBelowOne() {
    refused(() -> CONFIG.withClasses(0)).hasMessage("classes must be at least 1, got 0");
    refused(() -> CONFIG.withTimeSteps(0)).hasMessage("timeSteps (T) must be at least 1, got 0");
    refused(() -> CONFIG.withStages(List.of())).hasMessageContaining("at least one stage");
    refused(() -> HstConfig.of(Form.CIFAR, 32, 16, new int[] {1, 1}, kinds(3), 2, 4, 10, 4))
        .hasMessageContaining("one attention for each of 2 depths, got 3");
  }

  @Test
  void stochasticDepthAndNeurons() {
    refused(() -> CONFIG.withStochasticDepth(1)).hasMessage("stochasticDepth must be in [0, 1), got 1.0");
    refused(() -> CONFIG.withStochasticDepth(-0.1)).hasMessageContaining("got -0.1");
    refused(() -> CONFIG.withNeuron(CONFIG.neuron().withTau(1))).hasMessageContaining("tau must be above 1");
    refused(() -> new HstConfig(CONFIG.form(), 3, 8, 8, CONFIG.stages(), 5, 3, CONFIG.neuron(), 0, 0.125,
        CONFIG.ssaTiming(), CONFIG.order(), CONFIG.shortcut(), 0))
        .hasMessageContaining("attentionThreshold and ssaScale must be positive, got 0.0 and 0.125");
  }

  @Test
  void whatSpikformerHasNot() {
    HstConfig spikformer = SmallModels.config(Form.SPIKFORMER, SSA);
    refused(() -> spikformer.withShortcut(Shortcut.PRE_ACTIVATION)).hasMessageContaining("PRE_ACTIVATION");
    refused(() -> config(Form.SPIKFORMER, 32, 16, 2, 2, 4)).hasMessage("Spikformer has one stage, got 2");
    refused(() -> config(Form.SPIKFORMER_EVENTS, 32, 16, 2, 2, 4)).hasMessage("Spikformer has one stage, got 2");
    refused(() -> SmallModels.config(Form.SPIKFORMER_EVENTS, SSA).withSize(24, 32))
        .hasMessageContaining("divide height and width by 16, got 24x32");
  }

  @Test
  void prefixesOfAModelsNames() {
    refused(() -> MODEL.visit("model.", (name, parameter) -> { })).hasMessageContaining("got model.");
  }
}
