package io.qkformer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.attention.AttentionKind;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Pass;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class FeaturesTest {

  private static final HstConfig CONFIG = SmallModels.config(Form.CIFAR, AttentionKind.SSA);

  private final QKFormer model = SmallModels.model(CONFIG);
  private final INDArray x = SmallModels.images(CONFIG, 2);

  @Test
  void eachStageHasItsMap() {
    try (Pass pass = Pass.evaluation(Engines.PORTABLE, 3)) {
      assertThat(model.features(x, pass).maps().stream().map(INDArray::shape).toList()).containsExactly(
          new long[] {3, 2, 8, 12, 4}, new long[] {3, 2, 4, 6, 8}, new long[] {3, 2, 2, 3, 16});
    }
  }

  /** The gradients of all parameters and of the input for gradients of some of the maps. */
  private Map<String, double[]> gradients(boolean... used) {
    model.clearGradients();
    Map<String, double[]> result = new TreeMap<>();
    try (Pass pass = Pass.of(Mode.FROZEN_STATISTICS, Engines.PORTABLE, 3)) {
      Features features = model.features(x, pass);
      List<INDArray> gradients = new ArrayList<>();
      for (int i = 0; i < used.length; i++) {
        gradients.add(used[i] ? TestMaps.gaussian(i, features.maps().get(i).shape()) : null);
      }
      INDArray dx = features.backward().apply(gradients);
      result.put("input", TestMaps.doubles(dx));
      pass.release(dx);
      features.maps().forEach(pass::release);
      assertThat(used[2] ? pass.heldBytes() : 0).isZero();
    }
    ReferenceCheck.parameters(model).forEach((name, parameter) ->
        result.put(name, TestMaps.doubles(parameter.gradient())));
    return result;
  }

  @Test
  void gradientsOfTheMapsAddUp() {
    Map<String, double[]> all = gradients(true, true, true);
    List<Map<String, double[]>> each = List.of(gradients(true, false, false), gradients(false, true, false),
        gradients(false, false, true));
    all.forEach((name, expected) -> {
      double[] sum = new double[expected.length];
      each.forEach(part -> Arrays.setAll(sum, i -> sum[i] + part.get(name)[i]));
      ReferenceCheck.assertClose(sum, expected, 1e-5, name);
    });
    assertThat(each.get(0).get("stage2.0.tssa.q_conv.weight")).containsOnly(0);
  }

  @Test
  void gradientsMustFitTheMaps() {
    try (Pass pass = Pass.training(Engines.PORTABLE, 3)) {
      Features features = model.features(x, pass);
      assertThatThrownBy(() -> features.backward().apply(Arrays.asList(null, null)))
          .hasMessageContaining("one gradient (or null) for each of 3 maps, got 2");
      assertThatThrownBy(() -> features.backward().apply(Arrays.asList(null, null, null)))
          .hasMessageContaining("at least one map");
      assertThatThrownBy(() -> features.backward().apply(Arrays.asList(null, null, x)))
          .hasMessageContaining("expected");
    }
  }
}
