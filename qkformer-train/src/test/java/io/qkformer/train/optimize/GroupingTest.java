package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Workers;
import io.qkformer.model.Preset;
import io.qkformer.model.QKFormer;
import io.qkformer.train.Bits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class GroupingTest {

  private static final Grouping ALL = Grouping.timm(0.05);

  private static double scale(List<ParameterGroup> groups, String name) {
    return groups.stream().filter(group -> group.parameters().containsKey(name)).findAny().orElseThrow().rateScale();
  }

  private static QKFormer imageNet() {
    return new QKFormer(Preset.HST_10_384.config(), 1);
  }

  /** Layers in the order of computation: embed1, 1.0, embed2, 2.0, 2.1, embed3, 3.0 to 3.6, head. */
  @Test
  void eachBlockAndEmbeddingIsALayerInTheOrderOfComputation() {
    List<ParameterGroup> groups = ParameterGroups.of(imageNet(), ALL.withLayerDecay(LayerDecay.ofBlocks(0.5)));

    assertThat(scale(groups, "head.weight")).isEqualTo(1);
    assertThat(scale(groups, "stage3.6.attn.q_conv.weight")).isEqualTo(0.5);
    assertThat(scale(groups, "stage3.0.attn.q_bn.bias")).isEqualTo(Math.pow(0.5, 7));
    assertThat(scale(groups, "patch_embed3.proj3_conv.weight")).isEqualTo(Math.pow(0.5, 8));
    assertThat(scale(groups, "stage2.1.tssa.q_conv.weight")).isEqualTo(Math.pow(0.5, 9));
    assertThat(scale(groups, "patch_embed1.proj_conv.weight")).isEqualTo(Math.pow(0.5, 13));
    assertThat(groups).as("14 layers, with and without decay").hasSize(28);
  }

  @Test
  void referenceHasTwoLayersEightApart() {
    List<ParameterGroup> groups = ParameterGroups.of(imageNet(),
        ALL.withLayerDecay(new LayerDecay(0.75, LayerDecay.Layers.REFERENCE, 0)));

    assertThat(groups).hasSize(4);
    for (String late : List.of("head.bias", "stage3.0.attn.q_conv.weight", "stage3.6.mlp.fc2_bn.weight")) {
      assertThat(scale(groups, late)).isEqualTo(1);
    }
    for (String early : List.of("patch_embed3.proj3_conv.weight", "stage2.1.mlp.fc1_conv.bias",
        "patch_embed1.proj_bn.bias")) {
      assertThat(scale(groups, early)).isCloseTo(Math.pow(0.75, 8), within(1e-15));
    }
  }

  @Test
  void scalesHaveALeast() {
    List<ParameterGroup> groups = ParameterGroups.of(imageNet(),
        ALL.withLayerDecay(new LayerDecay(0.5, LayerDecay.Layers.BLOCKS, 0.3)));

    assertThat(groups).extracting(ParameterGroup::rateScale).containsOnly(0.3, 0.5, 1.0);
  }

  @Test
  void unknownNamesAreAtTheFullRate() {
    assertThat(ParameterGroups.of(new ToyModel(), ALL.withLayerDecay(LayerDecay.ofBlocks(0.1))))
        .extracting(ParameterGroup::rateScale).containsOnly(1.0);
  }

  @Test
  void frozenParametersGetNoStepAndNoDecay() {
    ToyModel model = new ToyModel();
    Map<String, INDArray> before = new HashMap<>();
    model.parameters().forEach((name, parameter) -> before.put(name, parameter.value().dup()));
    List<ParameterGroup> groups = ParameterGroups.of(model,
        ALL.freezing(NamePatterns.of("conv.*", "*.w", "q.weigh?")));
    Optimizer optimizer = new AdamW(groups, AdamWConfig.defaults());
    model.addGradients(0);
    optimizer.step(0.1);

    assertThat(optimizer.state().tensors().keySet()).allMatch(name -> !name.startsWith("conv."));
    model.parameters().forEach((name, parameter) -> {
      boolean frozen = List.of("conv.weight", "conv.bias", "lif.w", "q.weight").contains(name);
      assertThat(Bits.same(parameter.value(), before.get(name))).as(name).isEqualTo(frozen);
    });
  }

  @Test
  void frozenParametersDoNotCountInTheNormOfGradients() {
    ToyModel model = new ToyModel();
    model.parameter("lif.w").gradient().assign(3);
    model.parameter("q.weight").gradient().assign(1e6);
    List<ParameterGroup> groups = ParameterGroups.of(model, ALL.freezing(NamePatterns.of("q.*")));

    assertThat(GradientNorm.of(groups, new Workers(1))).isEqualTo(3);
  }

  @Test
  void patternsMatchWholeNamesAndTakeDotsLiterally() {
    NamePatterns patterns = NamePatterns.of("stage?.0.*", "head.bias");

    assertThat(patterns.matches("stage1.0.tssa.q_conv.weight")).isTrue();
    assertThat(patterns.matches("stage1.10.tssa.q_conv.weight")).isFalse();
    assertThat(patterns.matches("stage1x0xtssa")).isFalse();
    assertThat(patterns.matches("head.bias")).isTrue();
    assertThat(patterns.matches("old_head.bias")).isFalse();
    assertThat(NamePatterns.of("(a|b)[c]*").matches("(a|b)[c]d")).isTrue();
    assertThat(NamePatterns.NONE.matches("")).isFalse();
  }

  @Test
  void groupsMayBeTakenWithoutSomeParameters() {
    List<ParameterGroup> groups = ParameterGroups.of(new ToyModel(), 0.1);
    List<ParameterGroup> rest = ParameterGroups.without(groups, NamePatterns.of("*.weight"));

    assertThat(rest).hasSize(1);
    assertThat(rest.get(0).parameters()).containsOnlyKeys("conv.bias", "lif.w", "odd.bias");
  }

  @Test
  void badSettingsAreNamed() {
    ToyModel model = new ToyModel();
    assertThatThrownBy(() -> ParameterGroups.of(model, ALL.freezing(NamePatterns.of("conv.*", "hed.*"))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no parameter is called hed.*")
        .hasMessageContaining("conv.weight").hasMessageContaining("2 more");
    assertThatThrownBy(() -> ParameterGroups.of(model, ALL.freezing(NamePatterns.of("*"))))
        .hasMessageContaining("nothing is left to train");
    assertThatThrownBy(() -> NamePatterns.of(" ")).hasMessageContaining("blank");
    assertThatThrownBy(() -> LayerDecay.ofBlocks(0)).hasMessageContaining("layerDecay").hasMessageContaining("0.0");
    assertThatThrownBy(() -> LayerDecay.ofBlocks(1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new LayerDecay(1, LayerDecay.Layers.BLOCKS, 2)).hasMessageContaining("minScale");
    assertThatThrownBy(() -> new LayerDecay(1, null, 0)).hasMessageContaining("layers");
    assertThatThrownBy(() -> new ParameterGroup(0, -1, model.parameters())).hasMessageContaining("rateScale");
  }
}
