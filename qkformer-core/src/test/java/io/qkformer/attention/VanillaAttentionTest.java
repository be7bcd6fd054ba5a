package io.qkformer.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.inference.Activation;
import io.qkformer.inference.FloatMap;
import io.qkformer.inference.InferencePass;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.ReferenceParts;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Softmax attention (eq. 4, 5) against the same equations in double precision, and against differences. */
class VanillaAttentionTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void theModuleAndItsGradientsEqualTheEquations(int heads) {
    ReferenceCheck.training(1).check(livened(new VanillaAttention(6, heads)), TestMaps.gaussian(1, 2, 3, 3, 4, 6),
        (ops, x) -> ops.linear("proj.", new ReferenceParts(ops).softmaxCore(ops.linear("q.", x), ops.linear("k.", x),
            ops.linear("v.", x), heads)));
  }

  private static VanillaAttention livened(VanillaAttention module) {
    module.visit("", (name, parameter) -> parameter.initialize(5, name));
    return module;
  }

  @Test
  void theGradientsEqualTheDifferencesOfTheLoss() {
    SoftmaxAttention attention = new SoftmaxAttention(4, 2);
    List<INDArray> maps = List.of(TestMaps.gaussian(1, 1, 2, 2, 3, 4), TestMaps.gaussian(2, 1, 2, 2, 3, 4),
        TestMaps.gaussian(3, 1, 2, 2, 3, 4));
    INDArray weights = TestMaps.gaussian(4, 1, 2, 2, 3, 4);
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      List<INDArray> gradients = attention.attend(maps, pass).backward().apply(weights);
      double step = 1e-2;
      for (int i = 0; i < maps.size(); i++) {
        for (int j = 0; j < maps.get(i).length(); j++) {
          double difference = (loss(attention, maps, i, j, step, weights)
              - loss(attention, maps, i, j, -step, weights)) / (2 * step);
          assertThat(gradients.get(i).getDouble((long) j)).isCloseTo(difference, within(2e-3));
        }
      }
    }
  }

  private static double loss(SoftmaxAttention attention, List<INDArray> maps, int map, int index, double step,
      INDArray weights) {
    List<INDArray> moved = List.of(maps.get(0).dup('c'), maps.get(1).dup('c'), maps.get(2).dup('c'));
    moved.get(map).putScalar(index, moved.get(map).getDouble((long) index) + step);
    try (Pass pass = Pass.evaluation(Engines.PORTABLE, 1)) {
      double[] y = TestMaps.doubles(attention.attend(moved, pass).value());
      double[] w = TestMaps.doubles(weights);
      double sum = 0;
      for (int i = 0; i < y.length; i++) {
        sum += y[i] * w[i];
      }
      return sum;
    }
  }

  @Test
  void equalKeysGiveTheMeanOfTheValuesAndLargeProductsTheirMaximum() {
    INDArray q = TestMaps.of(new float[] {1000, 1000, 1000}, 1, 1, 1, 3, 1);
    INDArray v = TestMaps.of(new float[] {3, 6, 12}, 1, 1, 1, 3, 1);
    for (Engine engine : Engines.all()) {
      try (Pass pass = Pass.evaluation(engine, 1)) {
        SoftmaxAttention attention = new SoftmaxAttention(1, 1);
        assertThat(TestMaps.floats(attention.attend(List.of(q, TestMaps.of(new float[3], 1, 1, 1, 3, 1), v), pass)
            .value())).containsExactly(new float[] {7, 7, 7}, within(1e-5f));
        INDArray k = TestMaps.of(new float[] {-500, 0, 800}, 1, 1, 1, 3, 1);
        assertThat(TestMaps.floats(attention.attend(List.of(q, k, v), pass).value())).containsExactly(12, 12, 12);
      }
    }
  }

  @Test
  void forInferenceItRunsItsEvaluationPass() {
    VanillaAttention module = livened(new VanillaAttention(8, 2));
    INDArray x = TestMaps.gaussian(3, 2, 3, 4, 5, 8);
    float[] expected;
    try (Pass pass = Pass.evaluation(Engines.BEST, 2)) {
      expected = TestMaps.floats(module.forward(x, pass).value());
    }
    Activation y = module.forInference().forward(new FloatMap(Floats.of(x), new Activation.Shape(2, 3, 4, 5, 8)),
        new InferencePass(Engines.BEST, 2));
    float[] actual = new float[expected.length];
    y.read(0, actual, 0, actual.length);
    assertThat(actual).containsExactly(expected, within(1e-6f));
  }

  @Test
  void theTraceCountsTheProductsAndTheMapsThatAreKept() {
    VanillaAttention module = new VanillaAttention(8, 2);
    ShapeTrace trace = new ShapeTrace(1);
    assertThat(module.trace("attn", new MapShape(1, 2, 4, 4, 8), trace)).isEqualTo(new MapShape(1, 2, 4, 4, 8));
    assertThat(trace.rows().stream().mapToLong(ShapeTrace.Row::multiplyAccumulates).sum())
        .isEqualTo(2 * (4 * 16 * 8 * 8 + 2 * 16 * 16 * 8));
    INDArray x = TestMaps.gaussian(1, 1, 2, 4, 4, 8);
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      Output out = module.forward(x, pass);
      // x is kept too, once, by the projections
      long kept = trace.rows().stream().mapToLong(row -> row.memory().maps()).sum();
      assertThat((double) pass.heldBytes() - out.value().length() * Float.BYTES)
          .isCloseTo(kept, Percentage.withPercentage(1));
    }
  }

  @Test
  void badInputIsRefused() {
    assertThatThrownBy(() -> new VanillaAttention(10, 4))
        .hasMessage("heads must divide the width: heads = 4, width = 10");
    assertThatThrownBy(() -> new SoftmaxAttention(0, 1)).hasMessageContaining("width = 0");
    INDArray map = TestMaps.gaussian(1, 1, 1, 2, 2, 4);
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      assertThatThrownBy(() -> new VanillaAttention(8, 2).forward(map, pass))
          .hasMessageContaining("expected [T, B, H, W, 8]").hasMessageContaining("C=4").hasMessageContaining("Vanilla");
      SoftmaxAttention attention = new SoftmaxAttention(4, 1);
      assertThatThrownBy(() -> attention.attend(List.of(map, map), pass)).hasMessageContaining("Q, K and V, got 2");
      assertThatThrownBy(() -> attention.attend(List.of(map, map, TestMaps.gaussian(1, 1, 1, 2, 3, 4)), pass))
          .hasMessageContaining("one shape").hasMessageContaining("W=2").hasMessageContaining("W=3");
      INDArray wide = TestMaps.gaussian(1, 1, 1, 1, SoftmaxAttention.MOST_TOKENS + 1, 4);
      assertThatThrownBy(() -> attention.attend(List.of(wide, wide, wide), pass))
          .hasMessageContaining("46000 tokens at most").hasMessageContaining("W=46001");
      assertThatThrownBy(() -> attention.attend(List.of(map, map, map), pass).backward()
          .apply(TestMaps.gaussian(1, 1, 1, 2, 2, 5))).hasMessageContaining("expected a gradient of shape");
    }
  }
}
