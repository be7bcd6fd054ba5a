package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.tensor.RandomStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lies around a padded image. */
class PaddedRandomCropTest {
  private static final Image ROW = Image.of(3, 1, new byte[] {1, 1, 1, 2, 2, 2, 3, 3, 3});

  private static String around(PaddingMode mode, int padding) {
    Image padded = new PaddedRandomCrop(padding, mode, Rgb.grey(9))
        .cut(ROW, new Box(padding, 0, 1, 3 + 2 * padding));
    StringBuilder text = new StringBuilder();
    IntStream.range(0, padded.width()).forEach(x -> text.append(padded.value(x, 0, 1)));
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({"CONSTANT, 99991239999", "EDGE, 11111233333", "REFLECT, 12321232123", "SYMMETRIC, 33211233211"})
  void eachModeContinuesThePicture(PaddingMode mode, String expected) {
    assertThat(around(mode, 4)).isEqualTo(expected);
  }

  @Test
  void namesAreTorchvisions() {
    assertThat(PaddingMode.named("reflect")).isEqualTo(PaddingMode.REFLECT);
    assertThatThrownBy(() -> PaddingMode.named("wrap")).hasMessageContaining("symmetric").hasMessageContaining("wrap");
  }

  @Test
  void onePixelIsItsOwnReflection() {
    Image pixel = TestImages.flat(1, 1, 7);
    for (PaddingMode mode : new PaddingMode[] {PaddingMode.EDGE, PaddingMode.REFLECT, PaddingMode.SYMMETRIC}) {
      PaddedRandomCrop crop = new PaddedRandomCrop(3, mode, Rgb.BLACK);
      assertThat(crop.apply(pixel, RandomStream.of(0, "pad"))).isEqualTo(pixel);
    }
  }

  @Test
  void windowsMustLieInThePaddedImage() {
    PaddedRandomCrop crop = new PaddedRandomCrop(1);
    assertThatThrownBy(() -> crop.cut(ROW, new Box(0, 0, 3, 6))).hasMessageContaining("5x3");
    assertThatThrownBy(() -> new Box(0, 0, -1, 2)).hasMessageContaining("2x-1");
    assertThatThrownBy(() -> Rgb.grey(256)).hasMessageContaining("256");
  }
}
