package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.layer.Layer;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.StateVisitor;
import io.qkformer.model.Preset;
import io.qkformer.model.QKFormer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ParameterGroupsTest {

  private static Layer visiting(Consumer<StateVisitor> visit) {
    return new Layer() {
      @Override
      public Output forward(INDArray x, Pass pass) {
        throw new UnsupportedOperationException("parameters only");
      }

      @Override
      public void visit(String prefix, StateVisitor visitor) {
        visit.accept(visitor);
      }
    };
  }

  @Test
  void weightsDecayAndVectorsScalarsAndBiasesDoNot() {
    List<ParameterGroup> groups = ParameterGroups.of(new ToyModel(), 0.06);

    assertThat(groups).extracting(ParameterGroup::weightDecay).containsExactly(0.06, 0.0);
    assertThat(groups.get(0).parameters()).containsOnlyKeys("conv.weight", "q.weight", "head.weight");
    assertThat(groups.get(1).parameters()).containsOnlyKeys("conv.bias", "bn.weight", "lif.w", "odd.bias");
  }

  /** Reference-facts 3.1: decayed are exactly the conv and head weights. */
  @Test
  void ofAQkformerTheConvolutionsAndTheHeadDecay() {
    QKFormer model = new QKFormer(Preset.HST_2_256_CIFAR10_DVS.config(), 1);
    List<ParameterGroup> groups = ParameterGroups.of(model, 0.06);

    assertThat(groups.get(0).parameters().keySet())
        .allMatch(n -> n.endsWith("_conv.weight") || n.equals("head.weight"));
    assertThat(groups.get(1).parameters().keySet())
        .allMatch(n -> n.endsWith(".bias") || n.endsWith("_bn.weight"));
    assertThat(groups.stream().flatMap(g -> g.parameters().values().stream()).mapToLong(Parameter::count)
        .sum())
        .isEqualTo(model.parameterCount());
  }

  @Test
  void anotherRuleMayBeGiven() {
    List<ParameterGroup> groups = ParameterGroups.of(new ToyModel(), 0.1, NoDecayRule.none());

    assertThat(groups).hasSize(1);
    assertThat(groups.get(0).parameters()).hasSize(7);
  }

  @Test
  void badModelsAndGroupsAreNamed() {
    Parameter parameter = new ToyModel().parameter("conv.weight");
    assertThatThrownBy(() -> ParameterGroups.of(visiting(v -> { }), 0))
        .hasMessage("the model has no parameters");
    assertThatThrownBy(() -> ParameterGroups.of(visiting(v -> {
      v.parameter("a", parameter);
      v.parameter("a", parameter);
    }), 0)).hasMessage("the model has two parameters called a");
    assertThatThrownBy(() -> ParameterGroups.of(new ToyModel(), -1)).hasMessageContaining("weightDecay")
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> new ParameterGroup(0, Map.of())).hasMessageContaining("at least one parameter");
  }

  @Test
  void groupKeepsItsOwnCopyOfTheMap() {
    Map<String, Parameter> map = new LinkedHashMap<>(new ToyModel().parameters());
    ParameterGroup group = new ParameterGroup(0, map);
    map.clear();

    assertThat(group.parameters()).hasSize(7);
    assertThatThrownBy(() -> group.parameters().clear()).isInstanceOf(UnsupportedOperationException.class);
  }
}
