package io.qkformer.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.inference.Activation;
import io.qkformer.inference.FloatMap;
import io.qkformer.inference.InferencePass;
import io.qkformer.layer.Conv2d.Bias;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class CompositionTest {

  /** A user's layer in plain ND4J operations, {@code y = x^2}; it holds what it keeps. */
  private static final Layer SQUARE = (x, pass) -> {
    INDArray kept = pass.mode().keepsState() ? pass.retain(x) : x;
    return new Output(x.mul(x), gradient -> {
      INDArray dx = gradient.mul(kept).muli(2);
      pass.release(kept);
      return dx;
    });
  };

  private static Sequential body() {
    return TestMaps.livened(Sequential.of(Conv2d.same3x3(3, 4, Bias.LEARNED), new BatchNorm(4), SQUARE,
        Conv2d.pointwise(4, 3, 1, Bias.NONE)), 1);
  }

  @Test
  void layersInSequenceEqualTheEquationsAndAUsersLayerIsOneOfThem() {
    ReferenceCheck.training(1).check(body(), TestMaps.gaussian(1, 2, 2, 4, 5, 3), (ops, x) -> {
      var normed = ops.normalize("1.", ops.convolve("0.", x, 3, 1, 1));
      return ops.convolve("3.", ops.multiply(normed, normed), 1, 1, 0);
    });
  }

  @Test
  void aResidualConnectionAddsItsInput() {
    ReferenceCheck.training(1).check(new Residual(body()), TestMaps.gaussian(2, 2, 2, 4, 5, 3), (ops, x) -> {
      var normed = ops.normalize("1.", ops.convolve("0.", x, 3, 1, 1));
      return ops.add(x, ops.convolve("3.", ops.multiply(normed, normed), 1, 1, 0));
    });
  }

  @Test
  void namesAreThePrefixesOfTheParts() {
    assertThat(ReferenceCheck.parameters(new Residual(new Sequential(List.of("conv", "bn"),
        List.of(Conv2d.same3x3(3, 4, Bias.LEARNED), new BatchNorm(4))))))
        .containsOnlyKeys("conv.weight", "conv.bias",
        "bn.weight", "bn.bias");
  }

  @Test
  void aBranchThatChangesTheShapeIsRefused() {
    Layer narrowing = new Residual(Conv2d.pointwise(3, 4, 1, Bias.NONE));
    try (Pass pass = Pass.training(Engines.BEST, 1)) {
      assertThatThrownBy(() -> narrowing.forward(TestMaps.gaussian(1, 1, 2, 2, 2, 3), pass))
          .hasMessageContaining("summands").hasMessageContaining("C=3").hasMessageContaining("C=4");
    }
  }

  @Test
  void aSequenceNeedsLayersAndOneNameForEach() {
    assertThatThrownBy(() -> Sequential.of())
        .hasMessageContaining("at least one layer, got 0 names and 0 layers");
    assertThatThrownBy(() -> new Sequential(List.of("a", "b"), List.of(SQUARE)))
        .hasMessageContaining("got 2 names and 1 layers");
  }

  @Test
  void forInferenceAUsersLayerRunsItsEvaluationPass() {
    INDArray x = TestMaps.gaussian(3, 2, 3, 4, 5, 3);
    for (Layer layer : List.of(body(), new Residual(body()), new MaxPool(), new GlobalAveragePool(),
        new StochasticDepth(body(), 0.5, "branch"))) {
      float[] expected;
      try (Pass pass = Pass.evaluation(Engines.BEST, 2)) {
        expected = TestMaps.floats(layer.forward(x, pass).value());
      }
      Activation y = layer.forInference().forward(new FloatMap(Floats.of(x), new Activation.Shape(2, 3, 4, 5, 3)),
          new InferencePass(Engines.BEST, 2));
      float[] actual = new float[(int) y.length()];
      y.read(0, actual, 0, actual.length);
      assertThat(actual).containsExactly(expected, within(1e-5f));
    }
  }

  @Test
  void forInferenceALayerMustReturnAMap() {
    Layer flat = (x, pass) -> Output.evaluated(x.reshape(x.length()));
    Activation x = new FloatMap(new float[6], new Activation.Shape(1, 1, 1, 2, 3));
    assertThatThrownBy(() -> flat.forInference().forward(x, new InferencePass(Engines.BEST, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[T, B, H, W, C]").hasMessageContaining("[6]");
    assertThatThrownBy(() -> Conv2d.pointwise(4, 2, 1, Bias.NONE).forInference().forward(x,
        new InferencePass(Engines.BEST, 1))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected [T, B, H, W, 4], got [T=1, B=1, H=1, W=2, C=3]");
  }

  @Test
  void anEvaluationPassHasNoWayBack() {
    try (Pass pass = Pass.evaluation(Engines.BEST, 1)) {
      INDArray x = TestMaps.gaussian(1, 1, 2, 4, 4, 3);
      for (Layer layer : List.of(body(), new Residual(body()), new MaxPool(), new GlobalAveragePool(),
          new BatchNorm(3), Conv2d.same3x3(3, 3, Bias.NONE))) {
        Output output = layer.forward(x, pass);
        assertThatThrownBy(() -> output.backward().apply(output.value()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("evaluation pass").hasMessageContaining("Pass.training");
      }
    }
  }
}
