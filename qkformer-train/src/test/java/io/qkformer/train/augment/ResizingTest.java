package io.qkformer.train.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.Box;
import io.qkformer.train.data.Image;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Resizing and cropping; the numbers are Pillow's. */
class ResizingTest {
  private static final Image ROW = Pictures.row(10, 20, 40, 80);

  @Test
  void smallerPicturesAreAntialiased() {
    assertThat(Pictures.reds(Resizing.resize(ROW, 1, 2, Resampling.BILINEAR))).containsExactly(19, 54);
    assertThat(Pictures.reds(Resizing.resize(ROW, 1, 2, Resampling.BICUBIC))).containsExactly(16, 57);
    assertThat(Pictures.reds(Resizing.resize(ROW, 1, 2, Resampling.NEAREST))).containsExactly(20, 80);
  }

  @Test
  void largerPicturesAreInterpolated() {
    assertThat(Pictures.reds(Resizing.resize(ROW, 1, 8, Resampling.BILINEAR)))
        .containsExactly(10, 13, 18, 25, 35, 50, 70, 80);
    assertThat(Pictures.reds(Resizing.resize(ROW, 1, 8, Resampling.BICUBIC)))
        .containsExactly(9, 11, 16, 24, 33, 50, 73, 84);
  }

  @Test
  void columnsAreTreatedAsRows() {
    Image column = Pictures.grey(1, 10, 20, 40, 80);
    for (Resampling resampling : Resampling.values()) {
      assertThat(Pictures.reds(Resizing.resize(column, 3, 1, resampling)))
          .isEqualTo(Pictures.reds(Resizing.resize(ROW, 1, 3, resampling)));
    }
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void nothingOutsideTheBoxIsSeen(Resampling resampling) {
    Image image = Pictures.noise(9, 7, 3);
    Box box = new Box(2, 3, 4, 5);
    assertThat(Resizing.resize(image, box, 6, 11, resampling))
        .isEqualTo(Resizing.resize(Resizing.crop(image, box), 6, 11, resampling));
  }

  @Property(tries = 50)
  void aFlatPictureStaysFlat(@ForAll @IntRange(max = 255) int level, @ForAll @IntRange(min = 1, max = 20) int in,
      @ForAll @IntRange(min = 1, max = 20) int out) {
    int[] levels = new int[in];
    Arrays.fill(levels, level);
    for (Resampling resampling : Resampling.values()) {
      assertThat(Pictures.reds(Resizing.resize(Pictures.row(levels), out, out, resampling))).containsOnly(level);
    }
  }

  @Test
  void thePictureItselfComesBackWhenNothingChanges() {
    assertThat(Resizing.resize(ROW, 1, 4, Resampling.BICUBIC)).isSameAs(ROW);
    assertThat(Resizing.crop(ROW, Box.of(ROW))).isSameAs(ROW);
  }

  @Test
  void centreCropsRoundHalvesToEvenAndPadWithBlack() {
    // (4 - 3) / 2 = 0.5 -> 0
    assertThat(Pictures.reds(Resizing.centreCrop(ROW, 1, 3))).containsExactly(10, 20, 40);
    // (4 - 1) / 2 = 1.5 -> 2
    assertThat(Pictures.reds(Resizing.centreCrop(ROW, 1, 1))).containsExactly(40);
    // one pixel more below and on the right
    assertThat(Pictures.reds(Resizing.centreCrop(ROW, 2, 7)))
        .containsExactly(0, 10, 20, 40, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(Pictures.reds(Resizing.centreCrop(ROW, 3, 2))).containsExactly(0, 0, 20, 40, 0, 0);
  }

  @Test
  void impossibleBoxesAndSizesAreRefused() {
    assertThatThrownBy(() -> Resizing.crop(ROW, new Box(0, 2, 1, 3))).hasMessageContaining("within")
        .hasMessageContaining("width=3");
    assertThatThrownBy(() -> Resizing.crop(ROW, new Box(0, 0, 0, 1))).hasMessageContaining("pixels");
    assertThatThrownBy(() -> Resizing.resize(ROW, 0, 4, Resampling.BICUBIC)).hasMessageContaining("4x0");
    assertThatThrownBy(() -> Resizing.centreCrop(ROW, 5, 0)).hasMessageContaining("0");
  }
}
