package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.tensor.Floats;
import io.qkformer.train.optimize.MixingPlan.Sample;
import io.qkformer.train.reference.TimmRelease;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MixingPlanTest {

  private static INDArray map(float... values) {
    return Nd4j.create(values, new long[] {1, 2, 1, 2, 2}, 'c');
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void cutTakesThePartnersPixelsInTheBoxWithAllChannels() {
    INDArray x = map(1, 2, 3, 4, 5, 6, 7, 8);
    Sample cut = Sample.cutmix(0.5, new CutBox(0, 1, 1, 2));
    new MixingPlan(List.of(cut, cut)).applyTo(x);

    assertThat(Floats.of(x).toArray()).containsExactly(1, 2, 7, 8, 5, 6, 3, 4);
  }

  @Test
  void samplesOfOneBatchMayBeMixedEachInItsWayWithUnmixedPartners() {
    INDArray x = map(1, 2, 3, 4, 5, 6, 7, 8);
    new MixingPlan(List.of(Sample.cutmix(0.5, new CutBox(0, 1, 0, 1)), Sample.mixup(0.75))).applyTo(x);

    assertThat(Floats.of(x).toArray()).containsExactly(5, 6, 3, 4, 4, 5, 6, 7);
  }

  @Test
  void eachTimeStepIsMixedAlike() {
    INDArray x = Nd4j.create(new float[] {0, 8, 1, 9, 2, 10}, new long[] {3, 2, 1, 1, 1}, 'c');
    new MixingPlan(List.of(Sample.mixup(0.75), Sample.PURE)).applyTo(x);

    assertThat(Floats.of(x).toArray()).containsExactly(2, 8, 3, 9, 4, 10);
  }

  @Test
  void bytesAreRoundedHalfToEven() {
    List<byte[]> images = List.of(bytes(1, 3, 255, 200), bytes(2, 4, 254, 0));
    List<byte[]> mixed = new MixingPlan(List.of(Sample.mixup(0.5), Sample.PURE)).apply(images, 2, 2);

    assertThat(mixed.get(0)).as("1.5, 3.5, 254.5, 100").containsExactly(bytes(2, 4, 254, 100));
    assertThat(mixed.get(1)).isSameAs(images.get(1));
    assertThat(images.get(0)).as("stays as it is").containsExactly(bytes(1, 3, 255, 200));
  }

  @Test
  void bytesAreCutInTheBoxWithAllChannels() {
    List<byte[]> images = List.of(bytes(1, 2, 3, 4, 5, 6, 7, 8), bytes(11, 12, 13, 14, 15, 16, 17, 18));
    Sample cut = Sample.cutmix(0.75, new CutBox(1, 2, 0, 1));
    List<byte[]> mixed = new MixingPlan(List.of(cut, cut)).apply(images, 2, 2);

    assertThat(mixed.get(0)).containsExactly(bytes(1, 2, 3, 4, 15, 16, 7, 8));
    assertThat(mixed.get(1)).containsExactly(bytes(11, 12, 13, 14, 5, 6, 17, 18));
  }

  @Test
  void middleOfAnOddBatchStays() {
    List<byte[]> images = List.of(bytes(0), bytes(77), bytes(100));
    Sample half = Sample.mixup(0.3);
    List<byte[]> mixed = new MixingPlan(List.of(half, half, half)).apply(images, 1, 1);

    assertThat(mixed).containsExactly(bytes(70), bytes(77), bytes(30));
  }

  @Test
  void targetsAreMixedAsThePixels() {
    SoftTargets targets = SoftTargets.of(new int[] {0, 1, 2}, 3, 0)
        .mixed(new MixingPlan(List.of(Sample.mixup(0.25), Sample.mixup(0.5), Sample.cutmix(0.8, new CutBox(0, 0, 0, 0)))));

    assertThat(targets.at(0, 0)).isEqualTo(0.25);
    assertThat(targets.at(0, 2)).isEqualTo(0.75);
    assertThat(targets.at(1, 1)).isEqualTo(1);
    assertThat(targets.at(2, 2)).isEqualTo(0.8);
    assertThat(targets.at(2, 0)).isCloseTo(0.2, within(1e-15));
  }

  @Test
  void releasesDifferWhereTheSideIsOdd() {
    assertThat(CutBox.around(8, 8, 1 - 9.0 / 64, 4, 4, TimmRelease.V1_0)).isEqualTo(new CutBox(3, 6, 3, 6));
    assertThat(CutBox.around(8, 8, 1 - 9.0 / 64, 4, 4, TimmRelease.V0_6_12)).isEqualTo(new CutBox(3, 5, 3, 5));
    assertThat(CutBox.around(8, 8, 0.75, 0, 7, TimmRelease.V1_0)).as("clipped").isEqualTo(new CutBox(0, 2, 5, 8));
    assertThat(new CutBox(0, 2, 5, 8).shareOutside(8, 8)).isEqualTo(1 - 6.0 / 64);
  }

  /** 1 - 0.64f is a little above 0.36 in float32, so that the root is as large as in double, or not. */
  @Property(tries = 300)
  void boxesOfFloatAndDoubleLambdasAreAPixelApartAtMost(@ForAll @DoubleRange(min = 0, max = 1) double lambda,
      @ForAll @IntRange(min = 1, max = 300) int height, @ForAll @IntRange(min = 1, max = 300) int width) {
    CutBox exact = CutBox.around(height, width, (double) (float) lambda, height / 2, width / 2, TimmRelease.V1_0);
    CutBox rounded = CutBox.around(height, width, (float) lambda, height / 2, width / 2, TimmRelease.V1_0);

    assertThat(Math.abs(exact.bottom() - exact.top() - (rounded.bottom() - rounded.top()))).isLessThanOrEqualTo(1);
    assertThat(exact.shareOutside(height, width)).isBetween(0.0, 1.0);
    assertThat(exact.bottom()).isLessThanOrEqualTo(height);
  }

  @Test
  void badInputIsNamed() {
    MixingPlan plan = new MixingPlan(List.of(Sample.PURE, Sample.cutmix(0.5, new CutBox(0, 3, 0, 1))));
    assertThatThrownBy(() -> plan.applyTo(map(1, 2, 3, 4, 5, 6, 7, 8))).hasMessageContaining("exceeds the image of 1x2");
    assertThatThrownBy(() -> plan.applyTo(Nd4j.zeros(1, 3, 4, 4, 1)))
        .hasMessage("expected a batch of 2 samples, got 3");
    assertThatThrownBy(() -> plan.applyTo(Nd4j.zeros(3, 4, 4, 1))).hasMessageContaining("[T0, B, H, W, C]");
    assertThatThrownBy(() -> plan.apply(List.of(bytes(1)), 1, 1)).hasMessage("expected a batch of 2 samples, got 1");
    assertThatThrownBy(() -> plan.apply(List.of(new byte[12], new byte[13]), 4, 3))
        .hasMessageContaining("pictures of one size");
    assertThatThrownBy(() -> new Sample(1.1, Optional.empty())).hasMessageContaining("lambda");
    assertThatThrownBy(() -> new CutBox(2, 1, 0, 0)).hasMessageContaining("rows");
    assertThatThrownBy(() -> SoftTargets.of(new int[] {0}, 2, 0).mixed(plan)).hasMessageContaining("plan for 1");
  }
}
