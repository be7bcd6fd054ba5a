package io.qkformer.train.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Mode;
import io.qkformer.model.QKFormer;
import io.qkformer.train.recipe.Recipes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FiringRatesTest {

  private final QKFormer model = new QKFormer(Recipes.builtin("shapes", List.of("form=cifar", "dim=16",
      "img_size=16")).model().config(5), 3);
  private final INDArray images = Nd4j.linspace(-2, 2, 2 * 16 * 16 * 3).castTo(DataType.FLOAT)
      .reshape(1, 2, 16, 16, 3);

  private void set(String name, double value) {
    boolean[] found = new boolean[1];
    model.visit("", (own, parameter) -> {
      if (own.equals(name)) {
        parameter.value().assign(value);
        found[0] = true;
      }
    });
    assertThat(found[0]).as(name).isTrue();
  }

  private FiringRates measured() {
    try (Engine engine = Engine.create(1)) {
      return FiringRates.measure(model, images, Mode.EVALUATION, engine);
    }
  }

  @Test
  void eachNeuronLayerHasItsNameAndRate() {
    FiringRates rates = measured();
    assertThat(rates.byLayer().keySet()).as(rates.toString()).startsWith("patch_embed1.proj_lif").allMatch(
        name -> name.contains("lif"));
    assertThat(rates.byLayer().values()).allMatch(rate -> rate >= 0 && rate <= 1).anyMatch(rate -> rate > 0);
    assertThat(rates.mean()).isCloseTo(rates.byLayer().values().stream().mapToDouble(rate -> rate).average()
        .orElseThrow(), within(1e-12));
  }

  /** A batch norm that gives the same value everywhere decides over the neurons behind it, and is found by name. */
  @Test
  void silencedAndExcitedLayersShowUnderTheirNames() {
    set("patch_embed2.proj3_bn.weight", 0);
    set("patch_embed2.proj3_bn.bias", -5);
    set("stage1.0.mlp.mlp1_bn.weight", 0);
    set("stage1.0.mlp.mlp1_bn.bias", 5);

    Map<String, Double> rates = measured().byLayer();

    assertThat(rates.get("patch_embed2.proj3_lif")).isZero();
    assertThat(rates.get("stage1.0.mlp.mlp1_lif")).isEqualTo(1);
    assertThat(rates.get("patch_embed1.proj_lif")).isBetween(0.01, 0.99);
  }

  @Test
  void anEvaluationLeavesTheModelAsItIs() {
    Map<String, Double> first = measured().byLayer();
    assertThat(measured().byLayer()).isEqualTo(first);
  }

  @Test
  void badInputIsRefused() {
    try (Engine engine = Engine.create(1)) {
      INDArray grey = Nd4j.ones(1, 1, 16, 16, 1);
      assertThatThrownBy(() -> FiringRates.measure(model, grey, Mode.EVALUATION, engine))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new FiringRates(Map.of())).hasMessageContaining("at least one layer");
    assertThatThrownBy(() -> new FiringRates(Map.of("lif", 1.5))).hasMessage("the rate of lif must be in [0, 1], got 1.5");
    assertThatThrownBy(() -> new FiringRates(Map.of("lif", Double.NaN))).hasMessageContaining("got NaN");
  }

  @Test
  void keepsItsOwnMap() {
    Map<String, Double> given = new LinkedHashMap<>(Map.of("a", 0.5));
    FiringRates rates = new FiringRates(given);
    given.put("b", 1.0);

    assertThat(rates.byLayer()).containsOnlyKeys("a");
    assertThat(rates.mean()).isEqualTo(0.5);
  }
}
