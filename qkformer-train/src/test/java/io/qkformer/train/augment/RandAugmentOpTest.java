package io.qkformer.train.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.Image;
import io.qkformer.train.data.Rgb;
import io.qkformer.train.reference.TimmRelease;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operations on pictures small enough to work out by hand, or by Pillow at a prompt. */
class RandAugmentOpTest {
  private static final Rgb FILL = new Rgb(1, 2, 3);
  private static final Image TWO_COLOURS = Pictures.rgb(2, 200, 40, 10, 20, 120, 230);

  private static int[] reds(RandAugmentOp op, double argument, Image image) {
    return Pictures.reds(op.apply(image, argument, Resampling.BILINEAR, FILL));
  }

  @Test
  void lookupsFollowTheirTables() {
    Image image = Pictures.row(0, 100, 127, 128, 200, 255);
    assertThat(reds(RandAugmentOp.INVERT, 0, image)).containsExactly(255, 155, 128, 127, 55, 0);
    assertThat(reds(RandAugmentOp.POSTERIZE, 2, image)).containsExactly(0, 64, 64, 128, 192, 192);
    assertThat(reds(RandAugmentOp.POSTERIZE, 0, image)).containsOnly(0);
    assertThat(reds(RandAugmentOp.POSTERIZE, -3, image)).containsOnly(0);
    assertThat(reds(RandAugmentOp.SOLARIZE, 128, image)).containsExactly(0, 100, 127, 127, 55, 0);
    assertThat(reds(RandAugmentOp.SOLARIZE_ADD, 99, image)).containsExactly(99, 199, 226, 128, 200, 255);
    assertThat(RandAugmentOp.POSTERIZE.apply(image, 8, Resampling.NEAREST, FILL)).isSameAs(image);
  }

  @Test
  void autoContrastStretchesAndTruncates() {
    // 51 -> 0, 153 -> 255, 100 -> 49 * 2.5 = 122.5
    assertThat(reds(RandAugmentOp.AUTO_CONTRAST, 0, Pictures.row(51, 100, 153))).containsExactly(0, 122, 255);
    assertThat(reds(RandAugmentOp.AUTO_CONTRAST, 0, Pictures.row(70, 70))).containsExactly(70, 70);
  }

  @Test
  void equalizeSpreadsManyPixelsAndLeavesFew() {
    assertThat(reds(RandAugmentOp.EQUALIZE, 0, Pictures.row(1, 2, 3))).containsExactly(1, 2, 3);
    int[] levels = new int[512];
    Arrays.fill(levels, 0, 256, 10);
    Arrays.fill(levels, 256, 512, 20);
    // step = (512 - 256) / 255 = 1, so the second level is min(255, 256)
    int[] spread = reds(RandAugmentOp.EQUALIZE, 0, Pictures.row(levels));
    assertThat(spread[0]).isZero();
    assertThat(spread[511]).isEqualTo(255);
  }

  @Test
  void enhancementsBlendInSinglePrecisionAndTruncate() {
    assertThat(Pictures.values(RandAugmentOp.COLOR.apply(TWO_COLOURS, 0.5, Resampling.NEAREST, FILL)))
        .containsExactly(142, 62, 47, 61, 111, 166);
    assertThat(Pictures.values(RandAugmentOp.COLOR.apply(TWO_COLOURS, 1.5, Resampling.NEAREST, FILL)))
        .containsExactly(255, 18, 0, 0, 128, 255);
    assertThat(Pictures.values(RandAugmentOp.CONTRAST.apply(TWO_COLOURS, 1.5, Resampling.NEAREST, FILL)))
        .containsExactly(253, 13, 0, 0, 133, 255);
    assertThat(Pictures.values(RandAugmentOp.BRIGHTNESS.apply(TWO_COLOURS, 0.5, Resampling.NEAREST, FILL)))
        .containsExactly(100, 20, 5, 10, 60, 115);
    assertThat(Pictures.values(RandAugmentOp.DESATURATE.apply(TWO_COLOURS, 0.5, Resampling.NEAREST, FILL)))
        .containsExactly(142, 62, 47, 61, 111, 166);
  }

  @Test
  void sharpnessLeavesTheBorder() {
    Image point = Pictures.grey(3, 0, 0, 0, 0, 130, 0, 0, 0, 0);
    // smooth: 130 * 5 / 13 = 50
    assertThat(reds(RandAugmentOp.SHARPNESS, 0, point)).containsExactly(0, 0, 0, 0, 50, 0, 0, 0, 0);
    assertThat(reds(RandAugmentOp.SHARPNESS, 1.5, point)[4]).isEqualTo(170);
  }

  @Test
  void blurIsPillows() {
    assertThat(reds(RandAugmentOp.GAUSSIAN_BLUR, 1, Pictures.row(0, 0, 255, 0, 0)))
        .containsExactly(15, 60, 103, 60, 15);
  }

  @Test
  void halfAPixelIsInterpolatedByEachKernel() {
    Image image = Pictures.row(10, 20, 40, 80);
    double half = 0.125;
    assertThat(Pictures.reds(RandAugmentOp.TRANSLATE_X_REL.apply(image, half, Resampling.NEAREST, FILL)))
        .containsExactly(20, 40, 80, 1);
    assertThat(Pictures.reds(RandAugmentOp.TRANSLATE_X_REL.apply(image, half, Resampling.BILINEAR, FILL)))
        .containsExactly(15, 30, 60, 1);
    assertThat(Pictures.reds(RandAugmentOp.TRANSLATE_X_REL.apply(image, half, Resampling.BICUBIC, FILL)))
        .containsExactly(12, 26, 62, 1);
    assertThat(RandAugmentOp.TRANSLATE_X.apply(image, 0.5, Resampling.BICUBIC, FILL))
        .isEqualTo(RandAugmentOp.TRANSLATE_X_REL.apply(image, half, Resampling.BICUBIC, FILL));
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void aQuarterTurnIsCounterClockwiseAndExact(Resampling resampling) {
    Image square = Pictures.grey(2, 1, 2, 3, 4);
    assertThat(Pictures.reds(RandAugmentOp.ROTATE.apply(square, 90, resampling, FILL))).containsExactly(2, 4, 1, 3);
    assertThat(RandAugmentOp.ROTATE.apply(square, -360, resampling, FILL)).isEqualTo(square);
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void shearIsAboutTheTopLeftCorner(Resampling resampling) {
    // row y takes its pixels from y + 0.5 columns further right
    Image image = Pictures.grey(3, 10, 10, 10, 20, 20, 20, 30, 30, 30);
    Image sheared = RandAugmentOp.SHEAR_X.apply(image, 1, resampling, FILL);
    assertThat(Pictures.reds(sheared)[0]).isEqualTo(10);
    assertThat(sheared.value(2, 0, 0)).isEqualTo(FILL.red());
    assertThat(sheared.value(2, 0, 1)).isEqualTo(FILL.green());
    assertThat(sheared.value(2, 0, 2)).isEqualTo(FILL.blue());
    assertThat(sheared.value(0, 1, 0)).isEqualTo(20);
    assertThat(sheared.value(1, 1, 0)).isEqualTo(FILL.red());
    assertThat(sheared.value(0, 2, 0)).isEqualTo(FILL.red());
  }

  @Property(tries = 30)
  void noOperationWritesToItsInputOrChangesTheSize(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 9) int height, @ForAll @IntRange(max = 20) int magnitude) {
    Image image = Pictures.noise(width, height, seed);
    for (RandAugmentOp op : RandAugmentOp.values()) {
      for (Sign sign : Sign.values()) {
        double argument = op.argument(magnitude, sign, width, TimmRelease.V1_0);
        Image changed = op.apply(image, argument, Resampling.BICUBIC, FILL);
        assertThat(changed.hasSizeOf(image)).isTrue();
        assertThat(image).as("%s", op).isEqualTo(Pictures.noise(width, height, seed));
      }
    }
  }

  @Test
  void magnitudeNineIsWhatTheReferenceTrainsWith() {
    TimmRelease version = TimmRelease.V1_0;
    assertThat(RandAugmentOp.ROTATE.argument(9, Sign.MINUS, 0, version)).isEqualTo(-27);
    assertThat(RandAugmentOp.POSTERIZE_INCREASING.argument(9, Sign.MINUS, 0, version)).isEqualTo(1);
    assertThat(RandAugmentOp.SOLARIZE_INCREASING.argument(9, Sign.PLUS, 0, version)).isEqualTo(26);
    assertThat(RandAugmentOp.SOLARIZE_ADD.argument(9, Sign.PLUS, 0, version)).isEqualTo(99);
    assertThat(RandAugmentOp.COLOR_INCREASING.argument(9, Sign.PLUS, 0, version)).isEqualTo(1.81);
    assertThat(RandAugmentOp.COLOR_INCREASING.argument(20, Sign.MINUS, 0, version)).isEqualTo(0.1);
    assertThat(RandAugmentOp.TRANSLATE_X.argument(10, Sign.MINUS, 14, version)).isEqualTo(-14);
    assertThat(RandAugmentOp.INVERT.argument(9, Sign.PLUS, 0, version)).isNaN();
  }

  @Test
  void theOlderReleaseLetsSolarizeRunBeyondItsBounds() {
    assertThat(RandAugmentOp.SOLARIZE.argument(20, Sign.PLUS, 0, TimmRelease.V1_0)).isEqualTo(256);
    assertThat(RandAugmentOp.SOLARIZE.argument(20, Sign.PLUS, 0, TimmRelease.V0_6_12)).isEqualTo(512);
    assertThat(RandAugmentOp.SOLARIZE_INCREASING.argument(20, Sign.PLUS, 0, TimmRelease.V0_6_12)).isEqualTo(-256);
    assertThat(RandAugmentOp.SOLARIZE_ADD.argument(20, Sign.PLUS, 0, TimmRelease.V0_6_12)).isEqualTo(220);
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> RandAugmentOp.named("shear")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ShearX").hasMessageContaining("shear");
    assertThat(Arrays.stream(RandAugmentOp.values()).map(RandAugmentOp::timmName).map(RandAugmentOp::named))
        .containsExactly(RandAugmentOp.values());
  }
}
