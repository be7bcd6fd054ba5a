package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.tensor.RandomStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {
  @Property
  void ofMagnitudeZeroIsTheIdentity(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 9) int height) {
    Image image = TestImages.noise(width, height, seed);

    for (Augmentation none : List.of(new RandomHorizontalFlip(0), new PaddedRandomCrop(0), Compose.of(),
        Compose.of(new RandomHorizontalFlip(0), new PaddedRandomCrop(0)), Augmentation.none())) {
      assertThat(none.apply(image, random(seed))).isEqualTo(image);
    }
  }

  @Property
  void flipMirrorsEachRow(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 9) int height) {
    Image image = TestImages.noise(width, height, seed);

    Image flipped = new RandomHorizontalFlip(1).apply(image, random(seed));

    assertThat(flipped.width()).isEqualTo(width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < Image.CHANNELS; c++) {
          assertThat(flipped.value(x, y, c)).isEqualTo(image.value(width - 1 - x, y, c));
        }
      }
    }
  }

  @Test
  void flipsWithItsProbability() {
    Image image = TestImages.noise(3, 1, 0);
    int draws = 10_000;
    int flipped = 0;
    for (int i = 0; i < draws; i++) {
      Image result = new RandomHorizontalFlip(0.3).apply(image, RandomStream.of(0, "test", i));
      flipped += result.equals(image) ? 0 : 1;
    }

    assertThat(flipped / (double) draws).isCloseTo(0.3, within(5 * Math.sqrt(0.3 * 0.7 / draws)));
  }

  @Property
  void cropIsAWindowOfTheImagePaddedWithZeros(@ForAll long seed, @ForAll @IntRange(max = 12) int padding) {
    Image image = TestImages.noise(7, 5, seed);

    Image cropped = new PaddedRandomCrop(padding).apply(image, random(seed));

    RandomStream again = random(seed);
    int left = again.nextInt(2 * padding + 1) - padding;
    int top = again.nextInt(2 * padding + 1) - padding;
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 7; x++) {
        for (int c = 0; c < Image.CHANNELS; c++) {
          boolean inside = x + left >= 0 && x + left < 7 && y + top >= 0 && y + top < 5;
          assertThat(cropped.value(x, y, c)).isEqualTo(inside ? image.value(x + left, y + top, c) : 0);
        }
      }
    }
  }

  @Test
  void cropTakesEachPlaceEquallyOften() {
    // the one bright pixel in the middle shows by its place how the image moved
    byte[] pixels = new byte[25 * Image.CHANNELS];
    pixels[12 * Image.CHANNELS] = 1;
    Image dot = Image.of(5, 5, pixels);
    int draws = 25_000;
    Map<Integer, Integer> places = new HashMap<>();
    for (int i = 0; i < draws; i++) {
      byte[] moved = new PaddedRandomCrop(2).apply(dot, RandomStream.of(7, "test", i)).toBytes();
      int place = 0;
      while (moved[place] == 0) {
        place++;
      }
      places.merge(place, 1, Integer::sum);
    }

    assertThat(places).hasSize(25);
    // 5 standard deviations of a binomial count with p = 1/25
    assertThat(places.values()).allSatisfy(n -> assertThat(n).isCloseTo(draws / 25, within(155)));
  }

  @Test
  void composeAppliesItsPartsInTurn() {
    Image image = TestImages.noise(4, 4, 1);
    Augmentation darken = (from, random) -> TestImages.flat(4, 4, from.value(0, 0, 0) / 2);

    Image flippedFirst = Compose.of(new RandomHorizontalFlip(1), darken).apply(image, random(0));

    assertThat(flippedFirst).isEqualTo(TestImages.flat(4, 4, image.value(3, 0, 0) / 2));
  }

  @Test
  void leavesTheGivenImageAlone() {
    Image image = TestImages.noise(6, 6, 2);

    Compose.of(new RandomHorizontalFlip(1), new PaddedRandomCrop(3)).apply(image, random(5));

    assertThat(image).isEqualTo(TestImages.noise(6, 6, 2));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void refusesAProbabilityOutsideZeroToOne(double probability) {
    assertThatThrownBy(() -> new RandomHorizontalFlip(probability))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("got " + probability);
  }

  @Test
  void refusesANegativePadding() {
    assertThatThrownBy(() -> new PaddedRandomCrop(-1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("got -1");
  }

  private static RandomStream random(long seed) {
    return RandomStream.of(seed, "test");
  }
}
