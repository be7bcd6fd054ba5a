package io.qkformer.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.embedding.EmbeddingPath.Order;
import io.qkformer.embedding.EmbeddingPath.Unit;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.neuron.SpikingUnit.Pooling;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.ReferenceMap;
import io.qkformer.support.ReferenceParts;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class EmbeddingTest {

  private static final NeuronConfig LIF = NeuronConfig.lif();

  static List<Arguments> embeddings() {
    List<Arguments> all = new ArrayList<>();
    for (Shortcut shortcut : Shortcut.values()) {
      INDArray image = TestMaps.gaussian(1, 1, 2, 8, 8, 3);
      INDArray frames = TestMaps.counts(1, 0.3, 3, 2, 2, 8, 8, 2);
      INDArray stream = shortcut == Shortcut.PRE_ACTIVATION ? TestMaps.gaussian(2, 2, 2, 6, 4, 4).addi(1)
          : TestMaps.counts(2, 0.3, 2, 2, 2, 6, 4, 4);
      all.add(Arguments.of("CIFAR stem", EmbeddingPath.cifarStem(), shortcut, image, 4));
      all.add(Arguments.of("ImageNet stem", EmbeddingPath.imageNetStem(), shortcut, image, 4));
      all.add(Arguments.of("event stem", EmbeddingPath.eventStem(), shortcut, frames, 8));
      for (Order order : Order.values()) {
        all.add(Arguments.of(order.name(), EmbeddingPath.stage("proj3", order), shortcut, stream, 6));
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0}, {2}", autoCloseArguments = false)
  @MethodSource("embeddings")
  void everyFormEqualsTheEquations(String name, EmbeddingPath path, Shortcut shortcut, INDArray x,
      int width) {
    Layer layer = TestMaps.livened(PatchEmbedding.create(path, (int) x.size(4), width, LIF, shortcut), 1);
    for (Mode mode : List.of(Mode.TRAINING, Mode.FROZEN_STATISTICS)) {
      new ReferenceCheck(mode, 2, 1e-4).check(layer, x,
          (ops, in) -> new ReferenceParts(ops).embedding("", in, path, LIF, shortcut));
    }
    try (Pass pass = Pass.evaluation(Engines.BEST, 2)) {
      INDArray y = layer.forward(x, pass).value();
      assertThat(y.shape()).containsExactly(2, 2, x.size(2) / path.reduction(), x.size(3) / path.reduction(),
          width);
      if (shortcut == Shortcut.ACTIVATION_BEFORE_ADDITION) {
        assertThat(TestMaps.floats(y)).containsOnly(0f, 1f, 2f);
      }
      pass.release(y);
      assertThat(pass.heldBytes()).as("evaluation keeps nothing").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void patchSplittingEqualsItsUnits(int pooling) {
    Layer layer = TestMaps.livened(new SpikingPatchSplitting(3, 8, pooling, LIF), 2);
    ReferenceCheck.training(2).withTolerance(1e-4).check(layer, TestMaps.gaussian(3, 1, 2, 8, 8, 3),
        (ops, in) -> {
      ReferenceParts parts = new ReferenceParts(ops);
      ReferenceMap x = in;
      for (int i = 0; i < 4; i++) {
        String number = i == 0 ? "" : Integer.toString(i);
        x = parts.unit("proj_conv" + number, "proj_bn" + number, "proj_lif" + number, x, 3, 1, Pooling.NONE,
            LIF);
        x = i >= 4 - pooling ? ops.pool(x) : x;
      }
      return ops.add(x, parts.unit("rpe_conv", "rpe_bn", "rpe_lif", x, 3, 1, Pooling.NONE, LIF));
    });
  }

  @Test
  void pathsAreChecked() {
    List<Unit> two = List.of(new Unit("a", 1, Pooling.MAX), new Unit("b", 1, Pooling.NONE));
    assertThatThrownBy(() -> new EmbeddingPath(two, EmbeddingPath.INPUT, 1))
        .hasMessageContaining("pools by 2 behind the tap").hasMessageContaining("stride is 1");
    assertThatThrownBy(() -> new EmbeddingPath(two, -2, 2)).hasMessageContaining("tap -2");
    assertThatThrownBy(() -> new EmbeddingPath(List.of(), EmbeddingPath.INPUT, 1))
        .hasMessageContaining("one unit");
    assertThatThrownBy(() -> new EmbeddingPath(two, 1, 1)).as("nothing is left for the main path")
        .hasMessageContaining("at least one unit behind the tap").hasMessageContaining("tap 1");
  }

  @Test
  void widthsThatUnitsCannotDivideAreRefused() {
    assertThatThrownBy(() -> PatchEmbedding.create(EmbeddingPath.eventStem(), 2, 12, LIF,
        Shortcut.ACTIVATION_BEFORE_ADDITION)).hasMessageContaining("multiple of 8 (unit proj), got 12");
    assertThatThrownBy(() -> new SpikingPatchSplitting(3, 12, 2, LIF))
        .hasMessageContaining("multiple of 8, got 12");
    assertThatThrownBy(() -> new SpikingPatchSplitting(3, 8, 5, LIF)).hasMessageContaining("0 to 4")
        .hasMessageContaining("5");
    Layer embedding = PatchEmbedding.create(EmbeddingPath.cifarStem(), 3, 8, LIF,
        Shortcut.ACTIVATION_BEFORE_ADDITION);
    try (Pass pass = Pass.training(Engines.BEST, 2)) {
      assertThatThrownBy(() -> embedding.forward(TestMaps.gaussian(1, 1, 1, 4, 4, 2), pass))
          .hasMessageContaining("expected [T, B, H, W, 3]").hasMessageContaining("patch embedding");
    }
  }
}
