package io.qkformer.model;

import static io.qkformer.attention.AttentionKind.QKCA;
import static io.qkformer.attention.AttentionKind.SSA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.attention.AttentionKind;
import io.qkformer.layer.Buffer;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.StateVisitor;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Counts, names and shapes of the paper's models (reference-facts 2.5, 2.6). */
class PresetTest {

  @ParameterizedTest
  @CsvSource({"hst-4-384-cifar10, 6706234", "hst-4-384-cifar100, 6740884", "hst-2-256-cifar10-dvs, 1504138",
      "hst-2-256-dvs128, 1504395", "hst-2-256-dvs128-reference, 1999371", "hst-10-384, 16473688",
      "hst-10-512, 29079336", "hst-10-768, 64962760", "spikformer-4-384, 9324730"})
  void parameterCountsAreExact(String name, long expected) {
    QKFormer model = new QKFormer(Preset.named(name).config(), 1);
    assertThat(model.parameterCount()).isEqualTo(expected);
    assertThat(model.summary().parameters()).isEqualTo(expected);
  }

  @Test
  void channelAttentionInTheLastStageSavesTheValues() {
    HstConfig config = Preset.HST_4_384_CIFAR100.config();
    List<StageConfig> stages = new ArrayList<>(config.stages());
    stages.set(2, stages.get(2).withAttention(QKCA));
    assertThat(new QKFormer(config.withStages(stages), 1).parameterCount()).isEqualTo(6_444_436);
  }

  @Test
  void spikformerWithDeformedShortcutsIsAFormWithEmptyStages() {
    AttentionKind[] kinds = {SSA, SSA, SSA};
    QKFormer large = new QKFormer(HstConfig.of(Form.CIFAR, 32, 384, new int[] {0, 0, 4}, kinds, 12, 4, 10, 4),
        1);
    assertThat(large.parameterCount()).isEqualTo(47_856 + 517_248 + 2_066_688 + 4 * 1_778_688 + 3_850);
    QKFormer small = SmallModels.model(HstConfig.of(Form.CIFAR, 16, 16, new int[] {0, 0, 4}, kinds, 2, 2, 5,
        3));
    try (Pass pass = Pass.training(Engines.BEST, 3)) {
      INDArray x = TestMaps.gaussian(1, 1, 2, 16, 16, 3);
      Output output = small.forward(x, pass);
      assertThat(output.value().shape()).containsExactly(2, 5);
      pass.release(output.backward().apply(TestMaps.gaussian(2, 2, 5)));
      pass.release(output.value());
      assertThat(pass.heldBytes()).isZero();
    }
  }

  /** The state by name: learnable shapes as in the state_dict, buffers by their own. */
  private static Map<String, long[]> state(Preset preset) {
    Map<String, long[]> state = new LinkedHashMap<>();
    new QKFormer(preset.config(), 1).visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        state.put(name, parameter.layout().externalShape(parameter.value().shape()));
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        state.put(name, buffer.value().shape());
      }
    });
    return state;
  }

  private static void addUnits(List<String> keys, String prefix, String kind, boolean bias, String... stems) {
    for (String stem : stems) {
      keys.add(prefix + stem + kind + ".weight");
      if (bias) {
        keys.add(prefix + stem + kind + ".bias");
      }
      String norm = prefix + stem + "_bn.";
      keys.addAll(List.of(norm + "weight", norm + "bias", norm + "running_mean", norm + "running_var",
          norm + "num_batches_tracked"));
    }
  }

  private static void addBlock(List<String> keys, String prefix, String attention, String mlp) {
    String module = prefix + attention + ".";
    addUnits(keys, module, "_conv", false, attention.equals("tssa") ? new String[] {"q", "k"}
        : new String[] {"q", "k", "v"});
    addUnits(keys, module, "_conv", true, "proj");
    addUnits(keys, prefix + "mlp.", "_conv", true, mlp + "1", mlp + "2");
  }

  private static List<String> head(List<String> keys) {
    keys.addAll(List.of("head.weight", "head.bias"));
    return keys;
  }

  @Test
  void cifarKeysAreTheReferencesInItsOrder() {
    List<String> keys = new ArrayList<>();
    addUnits(keys, "patch_embed1.", "_conv", false, "proj", "proj1", "proj_res");
    addUnits(keys, "patch_embed2.", "_conv", false, "proj3", "proj4", "proj_res");
    addUnits(keys, "patch_embed3.", "_conv", false, "proj3", "proj4", "proj_res");
    addBlock(keys, "stage1.0.", "tssa", "mlp");
    addBlock(keys, "stage2.0.", "tssa", "mlp");
    addBlock(keys, "stage3.0.", "ssa", "mlp");
    addBlock(keys, "stage3.1.", "ssa", "mlp");
    Map<String, long[]> state = state(Preset.HST_4_384_CIFAR10);
    assertThat(state.keySet()).hasSize(200).containsExactlyElementsOf(head(keys));
    assertShape(state, "patch_embed1.proj_conv.weight", 48, 3, 3, 3);
    assertShape(state, "patch_embed1.proj_res_conv.weight", 96, 48, 1, 1);
    assertShape(state, "patch_embed3.proj4_conv.weight", 384, 384, 3, 3);
    assertShape(state, "stage1.0.tssa.q_conv.weight", 96, 96, 1);
    assertShape(state, "stage1.0.tssa.proj_conv.bias", 96);
    assertShape(state, "stage2.0.mlp.mlp1_conv.weight", 768, 192, 1, 1);
    assertShape(state, "stage3.1.ssa.v_bn.running_var", 384);
    assertShape(state, "stage3.1.ssa.v_bn.num_batches_tracked");
    assertShape(state, "head.weight", 10, 384);
    assertThat(learnable(state)).isEqualTo(107);
  }

  @Test
  void imageNetKeysAreTheReferencesInItsOrder() {
    List<String> keys = new ArrayList<>();
    addUnits(keys, "patch_embed1.", "_conv", false, "proj", "proj1", "proj2", "proj_res");
    addUnits(keys, "patch_embed2.", "_conv", false, "proj3", "proj4", "proj_res");
    addUnits(keys, "patch_embed3.", "_conv", false, "proj3", "proj4", "proj_res");
    addBlock(keys, "stage1.0.", "tssa", "fc");
    addBlock(keys, "stage2.0.", "tssa", "fc");
    addBlock(keys, "stage2.1.", "tssa", "fc");
    for (int i = 0; i < 7; i++) {
      addBlock(keys, "stage3." + i + ".", "attn", "fc");
    }
    Map<String, long[]> state = state(Preset.HST_10_384);
    assertThat(state.keySet()).hasSize(434).containsExactlyElementsOf(head(keys));
    assertShape(state, "patch_embed1.proj2_conv.weight", 96, 96, 3, 3);
    assertShape(state, "stage3.6.mlp.fc2_conv.weight", 384, 1536, 1, 1);
    assertShape(state, "head.weight", 1000, 384);
    assertThat(learnable(state)).isEqualTo(233);
  }

  @Test
  void eventKeysAreTheReferencesInItsOrder() {
    List<String> keys = new ArrayList<>();
    addUnits(keys, "patch_embed1.", "_conv", false, "proj", "proj1", "proj2", "proj3", "proj_res");
    addBlock(keys, "stage1.0.", "tssa", "mlp");
    addUnits(keys, "patch_embed2.", "_conv", false, "proj", "proj4", "proj_res");
    addBlock(keys, "stage2.0.", "ssa", "mlp");
    Map<String, long[]> state = state(Preset.HST_2_256_DVS128_REFERENCE);
    assertThat(state.keySet()).hasSize(122).containsExactlyElementsOf(head(keys));
    assertShape(state, "patch_embed1.proj_conv.weight", 16, 2, 3, 3);
    assertShape(state, "patch_embed1.proj_res_conv.weight", 128, 32, 1, 1);
    assertShape(state, "stage2.0.mlp.mlp1_conv.weight", 1024, 256, 1, 1);
    assertShape(state, "head.bias", 11);
    assertThat(learnable(state)).isEqualTo(65);
  }

  @Test
  void spikformersKeysAreItsOwn() {
    Map<String, long[]> state = state(Preset.SPIKFORMER_4_384);
    assertThat(state.keySet()).startsWith("patch_embed.proj_conv.weight", "patch_embed.proj_bn.weight")
        .containsSubsequence("patch_embed.proj_conv1.weight", "patch_embed.proj_bn3.weight",
            "patch_embed.rpe_conv.weight", "block.0.attn.q_linear.weight", "block.0.attn.q_linear.bias",
            "block.0.attn.v_bn.weight", "block.0.attn.proj_linear.bias", "block.3.mlp.fc1_linear.weight",
            "block.3.mlp.fc2_bn.bias", "head.weight", "head.bias");
    assertShape(state, "block.0.attn.q_linear.weight", 384, 384);
    assertShape(state, "block.3.mlp.fc1_linear.weight", 1536, 384);
  }

  private static void assertShape(Map<String, long[]> state, String name, long... shape) {
    assertThat(state.get(name)).as(name).isEqualTo(shape);
  }

  private static long learnable(Map<String, long[]> state) {
    return state.keySet().stream().filter(name -> name.endsWith("weight") || name.endsWith("bias")).count();
  }

  @Test
  void anUnknownNameListsTheKnownOnes() {
    assertThatThrownBy(() -> Preset.named("hst-10-999")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown model 'hst-10-999'").hasMessageContaining("hst-4-384-cifar10")
        .hasMessageContaining("spikformer-4-384");
    assertThat(Arrays.stream(Preset.values()).map(preset -> Preset.named(preset.id())))
        .containsExactly(Preset.values());
  }
}
