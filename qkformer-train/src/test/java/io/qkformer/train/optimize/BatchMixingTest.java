package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.optimize.MixingConfig.CutmixLambda;
import io.qkformer.train.optimize.MixingConfig.OffEpoch;
import io.qkformer.train.optimize.MixingPlan.Sample;
import io.qkformer.train.reference.TimmRelease;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchMixingTest {

  private static final int DRAWS = 8000;
  /** Five standard errors of a share of {@link #DRAWS}. */
  private static final double ERROR = 5 * 0.5 / Math.sqrt(DRAWS);

  private static MixingConfig config(double mixup, double cutmix, double prob, double switchProb, MixMode mode) {
    return new MixingConfig(mixup, cutmix, Optional.empty(), prob, switchProb, mode, CutmixLambda.CORRECTED, 0,
        OffEpoch.SWITCHES_OFF, 0.1, TimmRelease.V1_0);
  }

  private static MixingConfig offFrom(int epoch, OffEpoch offEpoch) {
    return new MixingConfig(0.5, 0, Optional.empty(), 1, 0.5, MixMode.BATCH, CutmixLambda.CORRECTED, epoch, offEpoch,
        0.1, TimmRelease.V1_0);
  }

  /** The first samples of many batches. */
  private static List<Sample> firstSamples(MixingConfig config) {
    BatchMixing mixing = new BatchMixing(config, 11);
    return IntStream.range(0, DRAWS).mapToObj(i -> mixing.plan(0, i, 4, 32, 32).samples().get(0)).toList();
  }

  private static double share(List<Sample> samples, Predicate<Sample> which) {
    return (double) samples.stream().filter(which).count() / samples.size();
  }

  @ParameterizedTest
  @EnumSource(MixMode.class)
  void probabilitiesAreThoseOfMixingAndOfSwitching(MixMode mode) {
    List<Sample> samples = firstSamples(config(0.8, 1, 0.6, 0.3, mode));

    assertThat(share(samples, s -> s.box().isPresent())).isCloseTo(0.6 * 0.3, within(ERROR));
    assertThat(share(samples, s -> s.box().isEmpty() && s.own() != 1)).isCloseTo(0.6 * 0.7, within(ERROR));
  }

  @ParameterizedTest
  @EnumSource(MixMode.class)
  void mixupsLambdaIsUniformForAlphaOne(MixMode mode) {
    List<Sample> samples = firstSamples(config(1, 0, 1, 0.5, mode));
    for (double x : new double[] {0.1, 0.35, 0.5, 0.8}) {
      assertThat(share(samples, s -> s.own() < x)).isCloseTo(x, within(ERROR));
    }
  }

  /**
   * Lambda is the share of a sample's own target, which is that of its own pixels. The boxes' middles have
   * mean 15.835 by the definition; their standard error is 0.08.
   */
  @ParameterizedTest
  @EnumSource(MixMode.class)
  void cutmixsLambdaIsTheShareOfPixelsThatStay(MixMode mode) {
    List<Sample> samples = firstSamples(config(0, 1, 1, 0.5, mode));

    assertThat(samples).allMatch(s -> s.box().isPresent());
    assertThat(samples).allMatch(s -> Math.abs(s.own() - (1 - s.box().get().area() / 1024.0)) < 1e-7);
    double middle = samples.stream().mapToDouble(s -> s.box().get().top() + s.box().get().bottom()).average()
        .orElseThrow() / 2;
    assertThat(middle).as("centres are anywhere in the image").isCloseTo(15.835, within(0.4));
  }

  @Test
  void drawnLambdaStaysWhenItIsNotCorrected() {
    MixingConfig drawn = new MixingConfig(0, 1, Optional.empty(), 1, 0.5, MixMode.BATCH, CutmixLambda.DRAWN, 0,
        OffEpoch.SWITCHES_OFF, 0, TimmRelease.V1_0);
    List<Sample> samples = firstSamples(drawn);

    assertThat(samples.stream().mapToDouble(Sample::own).average().orElseThrow()).isCloseTo(0.5, within(0.02));
    assertThat(share(samples, s -> s.own() != s.box().get().shareOutside(32, 32))).isGreaterThan(0.95);
  }

  @Test
  void boxesBetweenSharesKeepTheirSidesWhateverLambdaIs() {
    MixingConfig minmax = new MixingConfig(0, 0, Optional.of(new CutmixRange(0.2, 0.8)), 1, 0.5, MixMode.PAIR,
        CutmixLambda.DRAWN, 0, OffEpoch.SWITCHES_OFF, 0, TimmRelease.V1_0);
    List<CutBox> boxes = firstSamples(minmax).stream().map(s -> s.box().orElseThrow()).toList();

    assertThat(boxes).allMatch(b -> b.bottom() - b.top() >= 6 && b.bottom() - b.top() <= 24 && b.bottom() <= 32);
    assertThat(boxes.stream().mapToInt(b -> b.right() - b.left()).distinct().count()).as("6 to 24").isEqualTo(19);
    assertThat(boxes).anyMatch(b -> b.right() == 32).anyMatch(b -> b.left() == 0);
    assertThat(firstSamples(minmax)).allMatch(
        s -> Math.abs(s.own() - s.box().orElseThrow().shareOutside(32, 32)) < 1e-7);
  }

  @Test
  void modesDifferInWhatSharesALambda() {
    List<Sample> batch = new BatchMixing(config(1, 0, 1, 0, MixMode.BATCH), 3).plan(0, 7, 5, 8, 8).samples();
    List<Sample> pair = new BatchMixing(config(1, 0, 1, 0, MixMode.PAIR), 3).plan(0, 7, 5, 8, 8).samples();
    List<Sample> elem = new BatchMixing(config(1, 0, 1, 0, MixMode.ELEM), 3).plan(0, 7, 5, 8, 8).samples();

    assertThat(batch.stream().distinct()).hasSize(1);
    assertThat(pair.get(0)).isEqualTo(pair.get(4)).isNotEqualTo(pair.get(1));
    assertThat(pair.get(1)).isEqualTo(pair.get(3));
    assertThat(pair.get(2)).isEqualTo(Sample.PURE);
    assertThat(elem.stream().distinct()).hasSize(5);
  }

  @Test
  void planDependsOnSeedAndIndexAlone() {
    MixingConfig config = config(0.5, 1, 1, 0.5, MixMode.ELEM);
    MixingPlan plan = new BatchMixing(config, 3).plan(0, 7, 6, 16, 16);
    BatchMixing again = new BatchMixing(config, 3);
    again.plan(0, 9, 6, 16, 16);

    assertThat(again.plan(5, 7, 6, 16, 16)).isEqualTo(plan);
    assertThat(again.plan(0, 8, 6, 16, 16)).isNotEqualTo(plan);
    assertThat(new BatchMixing(config, 4).plan(0, 7, 6, 16, 16)).isNotEqualTo(plan);
  }

  @Test
  void offEpochSwitchesOffExceptWhereItIsSaidToHaveNoEffect() {
    BatchMixing off = new BatchMixing(offFrom(75, OffEpoch.SWITCHES_OFF), 1);
    assertThat(off.plan(74, 1, 2, 8, 8).samples()).doesNotContain(Sample.PURE);
    assertThat(off.plan(75, 1, 2, 8, 8).samples()).containsOnly(Sample.PURE);
    assertThat(off.plan(300, 1, 2, 8, 8).samples()).containsOnly(Sample.PURE);
    BatchMixing reference = new BatchMixing(offFrom(75, OffEpoch.HAS_NO_EFFECT), 1);
    assertThat(reference.plan(300, 1, 2, 8, 8)).isEqualTo(reference.plan(0, 1, 2, 8, 8));
    assertThat(reference.plan(300, 1, 2, 8, 8).samples()).doesNotContain(Sample.PURE);
    assertThat(offFrom(0, OffEpoch.SWITCHES_OFF).isActiveIn(100_000)).as("0 is never").isTrue();
  }

  @Test
  void nothingIsMixedByDefault() {
    assertThat(MixingConfig.defaults().isActive()).isFalse();
    assertThat(new BatchMixing(MixingConfig.defaults(), 1).plan(0, 0, 3, 8, 8).samples()).containsOnly(Sample.PURE);
    assertThat(MixingConfig.defaults().with(0.5, 0, 1).isActiveIn(3)).isTrue();
    assertThat(MixingConfig.defaults().with(0.5, 0, 0).isActive()).isFalse();
  }

  @Test
  void badSettingsAreNamed() {
    MixingConfig ok = MixingConfig.defaults();
    assertThatThrownBy(() -> ok.with(-1, 0, 1)).hasMessage("mixup must be at least 0 and finite, got -1.0");
    assertThatThrownBy(() -> ok.with(0, Double.NaN, 1)).hasMessageContaining("cutmix");
    assertThatThrownBy(() -> ok.with(0, 0, 1.5)).hasMessage("mixupProb must be in [0, 1], got 1.5");
    assertThatThrownBy(() -> config(1, 1, 1, -0.5, MixMode.PAIR)).hasMessageContaining("mixupSwitchProb");
    assertThatThrownBy(() -> config(1, 1, 1, 0.5, null)).hasMessage("mixupMode must be given, got null");
    assertThatThrownBy(() -> offFrom(-1, OffEpoch.SWITCHES_OFF)).hasMessageContaining("mixupOffEpoch");
    assertThatThrownBy(() -> new CutmixRange(0.8, 0.2)).hasMessageContaining("[0.8, 0.2]");
    assertThatThrownBy(() -> new CutmixRange(0.2, 0.3).lengths(3)).hasMessageContaining("a side of 3 pixels");
    assertThatThrownBy(() -> new BatchMixing(ok, 0).plan(0, 0, 0, 8, 8)).hasMessageContaining("got 0, 8, 8");
  }
}
