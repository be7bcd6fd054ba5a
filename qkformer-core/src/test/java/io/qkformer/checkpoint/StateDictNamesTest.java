package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StateDictNamesTest {
  private static Set<String> translate(List<String> names, Set<String> expected) {
    StateDict.Builder builder = StateDict.builder();
    names.forEach(name -> builder.put(name, Nd4j.scalar(1f)));
    return StateDictNames.translate(builder.build(), expected).names();
  }

  @Test
  void imagenetNamesFitACifarModelAndBack() {
    List<String> imagenet = List.of("patch_embed1.proj_conv.weight", "stage1.0.tssa.q_conv.weight",
        "stage1.0.mlp.fc1_conv.weight", "stage1.0.mlp.fc2_bn.running_mean",
        "stage3.1.attn.proj_bn.num_batches_tracked", "stage3.1.attn.attn_lif.w", "stage3.1.mlp.fc1_lif.w",
        "head.weight");
    List<String> cifar = List.of("patch_embed1.proj_conv.weight", "stage1.0.tssa.q_conv.weight",
        "stage1.0.mlp.mlp1_conv.weight", "stage1.0.mlp.mlp2_bn.running_mean",
        "stage3.1.ssa.proj_bn.num_batches_tracked", "stage3.1.ssa.attn_lif.w", "stage3.1.mlp.mlp1_lif.w",
        "head.weight");
    assertThat(translate(imagenet, new LinkedHashSet<>(cifar))).containsExactlyElementsOf(cifar);
    assertThat(translate(cifar, new LinkedHashSet<>(imagenet))).containsExactlyElementsOf(imagenet);
    assertThat(translate(cifar, new LinkedHashSet<>(cifar))).containsExactlyElementsOf(cifar);
  }

  @Test
  void valuesGoWithTheirNames() {
    INDArray one = Nd4j.scalar(1f);
    INDArray two = Nd4j.scalar(2f);
    StateDict translated = StateDictNames.translate(
        StateDict.builder().put("a.ssa.w", one).put("b.tssa.w", two).build(), Set.of("a.attn.w", "b.attn.w"));
    assertThat(translated.get("a.attn.w")).isSameAs(one);
    assertThat(translated.get("b.attn.w")).isSameAs(two);
  }

  @Test
  void unexpectedNamesStay() {
    assertThat(translate(List.of("classifier.weight", "a.ssa_x.w"), Set.of("head.weight", "a.attn_x.w")))
        .containsExactly("classifier.weight", "a.ssa_x.w");
  }

  @Test
  void ambiguousNamesStay() {
    assertThat(translate(List.of("a.attn.w"), Set.of("a.ssa.w", "a.tssa.w"))).containsExactly("a.attn.w");
    assertThat(translate(List.of("a.ssa.w", "a.tssa.w"), Set.of("a.attn.w")))
        .containsExactly("a.ssa.w", "a.tssa.w");
    assertThat(translate(List.of("a.ssa.w", "a.attn.w"), Set.of("a.attn.w")))
        .containsExactly("a.ssa.w", "a.attn.w");
  }

  @Test
  void longNamesTakeNoTime() {
    String hostile = "attn.fc1.".repeat(10_000);
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5),
        () -> assertThat(translate(List.of(hostile), Set.of("head.weight"))).containsExactly(hostile));
  }
}
