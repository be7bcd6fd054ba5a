package io.qkformer.train.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.data.Image;
import io.qkformer.train.data.Rgb;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What RandAugment draws, and that it draws nothing but from its stream. */
class RandAugmentTest {
  private static final int DRAWS = 20_000;

  private static List<RandAugment.Step> steps(String policy, Interpolation interpolation) {
    RandAugment augment =
        new RandAugment(RandAugmentPolicy.parse(policy), interpolation, Rgb.GREY, RandAugment.translateConst(32));
    return LongStream.range(0, DRAWS).boxed().flatMap(i -> augment.sample(Pictures.random(i)).stream()).toList();
  }

  /** Five standard errors. */
  private static void share(long count, long of, double expected) {
    assertThat((double) count / of).isCloseTo(expected, within(5 * Math.sqrt(expected * (1 - expected) / of)));
  }

  @Test
  void theSameStreamGivesTheSamePicture() {
    RandAugment augment = new RandAugment(RandAugmentPolicy.parse("rand-m9-n3-mstd0.5-inc1-p1.0"));
    Image image = Pictures.noise(16, 16, 1);
    int different = 0;
    for (int i = 0; i < 50; i++) {
      Image first = augment.apply(image, Pictures.random(i));
      assertThat(augment.apply(image, Pictures.random(i))).isEqualTo(first);
      different += first.equals(augment.apply(image, Pictures.random(i + 1000))) ? 0 : 1;
    }
    assertThat(different).isGreaterThan(45);
  }

  @Test
  void operationsAreSkippedWithTheirProbability() {
    share(steps("rand-n2-p0.3", Interpolation.BICUBIC).size(), 2L * DRAWS, 0.3);
    assertThat(steps("rand-n2-p1.0", Interpolation.BICUBIC)).hasSize(2 * DRAWS);
    assertThat(steps("rand-n2-p0.0", Interpolation.BICUBIC)).isEmpty();
    assertThat(steps("rand-n0", Interpolation.BICUBIC)).isEmpty();
  }

  @Test
  void operationsComeEquallyOftenAndGoBothWays() {
    List<RandAugment.Step> steps = steps("rand-m9-n1-p1.0-inc1", Interpolation.BICUBIC);
    for (RandAugmentOp op : RandAugmentPolicy.parse("rand-inc1").ops()) {
      share(steps.stream().filter(s -> s.op() == op).count(), DRAWS, 1.0 / 15);
    }
    List<RandAugment.Step> turns = steps.stream().filter(s -> s.op() == RandAugmentOp.ROTATE).toList();
    assertThat(turns).extracting(RandAugment.Step::argument).containsOnly(27.0, -27.0);
    share(turns.stream().filter(s -> s.argument() < 0).count(), turns.size(), 0.5);
  }

  @Test
  void weightedOperationsComeWithoutReplacement() {
    RandAugment augment = new RandAugment(RandAugmentPolicy.parse("rand-tweights-n15-p1.0"));
    assertThat(augment.sample(Pictures.random(0))).extracting(RandAugment.Step::op).doesNotHaveDuplicates()
        .hasSize(15);
    List<RandAugment.Step> single = steps("rand-tweights-n1-p1.0", Interpolation.BICUBIC);
    share(single.stream().filter(s -> s.op() == RandAugmentOp.ROTATE).count(), DRAWS, 3 / 10.1);
    share(single.stream().filter(s -> s.op() == RandAugmentOp.INVERT).count(), DRAWS, 0.05 / 10.1);
  }

  @Test
  void magnitudesAreNormalAndClipped() {
    List<RandAugment.Step> steps = steps("rand-m9-n1-p1.0-mstd1", Interpolation.BICUBIC);
    share(steps.stream().filter(s -> s.magnitude() == 10).count(), DRAWS, 0.15865525);
    share(steps.stream().filter(s -> s.magnitude() < 9).count(), DRAWS, 0.5);
    share(steps.stream().filter(s -> s.magnitude() < 8).count(), DRAWS, 0.15865525);
    List<RandAugment.Step> uniform = steps("rand-m8-n1-p1.0-mstd101", Interpolation.BICUBIC);
    share(uniform.stream().filter(s -> s.magnitude() < 2).count(), DRAWS, 0.25);
    assertThat(uniform).allMatch(s -> s.magnitude() >= 0 && s.magnitude() < 8);
    assertThat(steps("rand-m30-n1-mmax20", Interpolation.BICUBIC)).allMatch(s -> s.magnitude() == 20);
  }

  @Test
  void theKernelIsDrawnWhereItIsRandom() {
    List<RandAugment.Step> steps = steps("rand-n1-p1.0", Interpolation.RANDOM);
    share(steps.stream().filter(s -> s.resampling() == Resampling.BILINEAR).count(), DRAWS, 0.5);
    assertThat(steps).noneMatch(s -> s.resampling() == Resampling.NEAREST);
    assertThat(steps("rand-n1", Interpolation.NEAREST)).allMatch(s -> s.resampling() == Resampling.NEAREST);
  }

  @Test
  void badValuesAreRefused() {
    assertThat(RandAugment.translateConst(32)).isEqualTo(14);
    assertThatThrownBy(() -> new RandAugment(RandAugmentPolicy.parse("rand"), Interpolation.RANDOM, Rgb.GREY, -1))
        .hasMessageContaining("translate const");
    assertThatThrownBy(() -> Interpolation.named("lanczos")).hasMessageContaining("lanczos");
    assertThat(Interpolation.named("random")).isEqualTo(Interpolation.RANDOM);
  }
}
