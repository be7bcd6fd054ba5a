package io.qkformer.train.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.reference.TimmRelease;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** timm's policy strings; what is expected was checked with timm 1.0.29. */
class RandAugmentPolicyTest {

  @Test
  void theReferencesPolicyIsRead() {
    RandAugmentPolicy policy = RandAugmentPolicy.parse("rand-m9-n1-mstd0.4-inc1");
    assertThat(policy.magnitude()).isEqualTo(9);
    assertThat(policy.layers()).isEqualTo(1);
    assertThat(policy.magnitudeStd()).isEqualTo(0.4);
    assertThat(policy.probability()).isEqualTo(0.5);
    assertThat(policy.upperBound()).isEqualTo(10);
    assertThat(policy.weights()).isEmpty();
    assertThat(policy.ops()).hasSize(15).contains(RandAugmentOp.POSTERIZE_INCREASING)
        .doesNotContain(RandAugmentOp.POSTERIZE);
  }

  @Test
  void theFirstNoiseButTheLastMagnitudeCounts() {
    RandAugmentPolicy policy = RandAugmentPolicy.parse("rand-m3-m4-mstd0.5-mstd0.7-mmax5-mmax7-inc1-inc0");
    assertThat(policy.magnitude()).isEqualTo(4);
    assertThat(policy.magnitudeStd()).isEqualTo(0.5);
    assertThat(policy.upperBound()).isEqualTo(5);
    assertThat(policy.ops()).contains(RandAugmentOp.POSTERIZE);
  }

  @Test
  void oddSectionsMeanWhatTimmTakesThemFor() {
    assertThat(RandAugmentPolicy.parse("rand-mstdinf-m-inc--xyz")).isEqualTo(RandAugmentPolicy.parse("rand"));
    assertThat(RandAugmentPolicy.parse("rand-mstd101").magnitudeStd()).isInfinite();
    assertThat(RandAugmentPolicy.parse("rand-mstd1e2").magnitudeStd()).isEqualTo(100);
    assertThat(RandAugmentPolicy.parse("rand-m1_0").magnitude()).isEqualTo(10);
    assertThat(RandAugmentPolicy.parse("rand-mmax0").upperBound()).isEqualTo(10);
    assertThat(RandAugmentPolicy.parse("rand-tunknown-inc1")).isEqualTo(RandAugmentPolicy.parse("rand-inc1"));
  }

  @Test
  void namedSetsBringTheirOperationsAndWeights() {
    RandAugmentPolicy weighted = RandAugmentPolicy.parse("rand-tweights-t3a");
    assertThat(weighted.ops().get(0)).isEqualTo(RandAugmentOp.ROTATE);
    assertThat(weighted.weights().orElseThrow().get(0)).isEqualTo(3 / 10.1, within(1e-12));
    assertThat(RandAugmentPolicy.parse("rand-t3a").ops()).containsExactly(RandAugmentOp.SOLARIZE_INCREASING,
        RandAugmentOp.DESATURATE, RandAugmentOp.GAUSSIAN_BLUR);
    assertThat(RandAugmentPolicy.parse("rand-t3aw").weights().orElseThrow()).hasSize(14);
  }

  @Test
  void theOlderReleaseReadsOtherwise() {
    TimmRelease old = TimmRelease.V0_6_12;
    assertThat(RandAugmentPolicy.parse("rand-inc0", old).ops()).contains(RandAugmentOp.POSTERIZE_INCREASING);
    assertThat(RandAugmentPolicy.parse("rand-w0-inc1", old).weights().orElseThrow().get(3)).isBetween(0.299, 0.301);
    assertThat(RandAugmentPolicy.parse("rand-tweights", old).weights()).isEmpty();
    assertThatThrownBy(() -> RandAugmentPolicy.parse("rand-p0.5", old)).hasMessageContaining("'p0.5'");
    assertThatThrownBy(() -> RandAugmentPolicy.parse("rand-w1", old)).hasMessageContaining("w0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "random-m9", "Rand-m9", "m9", "rand-m9.5", "rand-m9x", "rand-q3", "rand-9", "rand-w0",
      "rand-mstd.5", "rand-mstd0.5x", "rand-inc1.5", "rand-m99999999999", "rand-n16-tweights"})
  void whatTimmDoesNotTakeIsRefused(String policy) {
    assertThatThrownBy(() -> RandAugmentPolicy.parse(policy)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void errorsNameThePolicyAndTheSection() {
    assertThatThrownBy(() -> RandAugmentPolicy.parse("rand-m9-q3"))
        .hasMessageContaining("rand-m9-q3").hasMessageContaining("'q3'").hasMessageContaining("mstd");
  }

  @Test
  void impossibleValuesAreRefused() {
    List<RandAugmentOp> ops = List.of(RandAugmentOp.INVERT, RandAugmentOp.ROTATE);
    assertThatThrownBy(() -> policy(List.of(), 1, 9, 0.5, null)).hasMessageContaining("ops");
    assertThatThrownBy(() -> policy(ops, -1, 9, 0.5, null)).hasMessageContaining("layers");
    assertThatThrownBy(() -> policy(ops, 1, -1, 0.5, null)).hasMessageContaining("magnitude");
    assertThatThrownBy(() -> policy(ops, 1, 9, Double.NaN, null)).hasMessageContaining("probability");
    assertThatThrownBy(() -> policy(ops, 1, 9, 0.5, List.of(1.0))).hasMessageContaining("weights");
    assertThatThrownBy(() -> policy(ops, 2, 9, 0.5, List.of(1.0, 0.0))).hasMessageContaining("at most 1");
  }

  private static RandAugmentPolicy policy(List<RandAugmentOp> ops, int layers, double magnitude, double probability,
      List<Double> weights) {
    return new RandAugmentPolicy(ops, layers, magnitude, 0, OptionalInt.empty(), probability,
        Optional.ofNullable(weights), TimmRelease.V1_0);
  }
}
