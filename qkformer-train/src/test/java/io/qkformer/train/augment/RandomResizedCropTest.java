package io.qkformer.train.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.data.Box;
import io.qkformer.train.data.Image;
import java.util.Iterator;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** Which box is cut out. */
class RandomResizedCropTest {
  private static final RandomResizedCrop IMAGENET = new RandomResizedCrop(8, 8, RandomResizedCrop.DEFAULT_SCALE,
      RandomResizedCrop.DEFAULT_RATIO, Interpolation.BICUBIC);

  private static DoubleSupplier draws(Double... values) {
    Iterator<Double> iterator = List.of(values).iterator();
    return iterator::next;
  }

  @Test
  void aBoxFollowsFromFourNumbers() {
    // area 0.54 * 1000 = 540, aspect 1: side 23.2; rows 0.5 * (25 - 23 + 1) = 1.5, columns 0.99 * 18 = 17.8
    assertThat(IMAGENET.sample(25, 40, draws(0.5, 0.5, 0.5, 0.99))).isEqualTo(new Box(1, 17, 23, 23));
    // the first attempt is too high
    assertThat(IMAGENET.sample(25, 40, draws(1.0, 0.0, 0.5, 0.5, 0.0, 0.0))).isEqualTo(new Box(0, 0, 23, 23));
  }

  @Test
  void withoutAFitTheCentreIsTaken() {
    RandomResizedCrop whole = new RandomResizedCrop(8, 8, RandomResizedCrop.ONE, new Range(0.9, 1.1),
        Interpolation.BICUBIC);
    assertThat(whole.sample(10, 100, () -> 0.5)).isEqualTo(new Box(0, 44, 10, 11));
    assertThat(whole.sample(100, 10, () -> 0.5)).isEqualTo(new Box(44, 0, 11, 10));
  }

  @Test
  void aPictureOfTheSizeStaysWhatItIsWhereScaleAndRatioAreOne() {
    RandomResizedCrop identity = new RandomResizedCrop(32, 32, RandomResizedCrop.ONE, RandomResizedCrop.ONE,
        Interpolation.BICUBIC);
    Image image = Pictures.noise(32, 32, 0);
    for (int i = 0; i < 20; i++) {
      assertThat(identity.apply(image, Pictures.random(i))).isSameAs(image);
    }
  }

  @Test
  void resultsHaveTheSizeAndFollowFromTheStream() {
    RandomResizedCrop crop = new RandomResizedCrop(5, 9, RandomResizedCrop.DEFAULT_SCALE,
        RandomResizedCrop.DEFAULT_RATIO, Interpolation.RANDOM);
    Image image = Pictures.noise(20, 30, 1);
    Image result = crop.apply(image, Pictures.random(4));
    assertThat(List.of(result.height(), result.width())).containsExactly(5, 9);
    assertThat(crop.apply(image, Pictures.random(4))).isEqualTo(result);
    assertThat(crop.apply(image, Pictures.random(5))).isNotEqualTo(result);
    assertThat(crop.apply(Pictures.noise(1, 1, 0), Pictures.random(4)).height()).isEqualTo(5);
  }

  @Test
  void areasAreUniformAndRatiosLogUniform() {
    RandomResizedCrop small = new RandomResizedCrop(8, 8, new Range(0.1, 0.3), new Range(0.5, 2),
        Interpolation.BICUBIC);
    int draws = 20_000;
    double area = 0;
    double ratio = 0;
    double squaredRatio = 0;
    for (int i = 0; i < draws; i++) {
      Box box = small.sample(1000, 1000, Pictures.random(i)::nextDouble);
      area += box.area() / 1e6 / draws;
      double log = Math.log((double) box.width() / box.height());
      ratio += log / draws;
      squaredRatio += log * log / draws;
    }
    double variance = Math.pow(2 * Math.log(2), 2) / 12;
    assertThat(area).isCloseTo(0.2, within(5 * 0.2 / Math.sqrt(12.0 * draws)));
    assertThat(ratio).isCloseTo(0, within(5 * Math.sqrt(variance / draws)));
    assertThat(squaredRatio).isCloseTo(variance, within(5 * variance * Math.sqrt(0.8 / draws)));
  }

  @Test
  void badValuesAreRefused() {
    assertThatThrownBy(() -> new Range(2, 1)).hasMessageContaining("2.0 to 1.0");
    assertThatThrownBy(() -> new Range(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RandomResizedCrop(8, 8, new Range(0, 1), RandomResizedCrop.ONE, Interpolation.RANDOM))
        .hasMessageContaining("scale");
    assertThatThrownBy(() -> new RandomResizedCrop(0, 8, RandomResizedCrop.ONE, RandomResizedCrop.ONE,
        Interpolation.RANDOM)).hasMessageContaining("8x0");
  }
}
