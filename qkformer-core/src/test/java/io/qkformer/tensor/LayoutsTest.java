package io.qkformer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.support.TestMaps;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class LayoutsTest {

  @Property(tries = 30)
  void foldingTimeAndUnfoldingItIsTheIdentity(@ForAll @IntRange(min = 1, max = 5) int t,
      @ForAll @IntRange(min = 1, max = 4) int b, @ForAll @IntRange(min = 1, max = 5) int h,
      @ForAll @IntRange(min = 1, max = 5) int w, @ForAll @IntRange(min = 1, max = 4) int c) {
    INDArray map = TestMaps.gaussian(1, t, b, h, w, c);
    INDArray folded = Layouts.toFoldedNchw(map);
    assertThat(folded.shape()).containsExactly((long) t * b, c, h, w);
    assertThat(folded.getFloat((t - 1) * b, c - 1, h - 1, 0))
        .isEqualTo(map.getFloat(t - 1, 0, h - 1, 0, c - 1));
    INDArray back = Layouts.fromFoldedNchw(folded, t);
    assertThat(back.shape()).isEqualTo(map.shape());
    assertThat(TestMaps.floats(back)).isEqualTo(TestMaps.floats(map));
    assertThat(Shapes.isContiguous(back)).isTrue();
  }

  @Test
  void imagesAndFramesComeFromChannelsFirst() {
    INDArray images = TestMaps.gaussian(2, 2, 3, 4, 5);
    INDArray map = Layouts.fromImagesNchw(images);
    assertThat(map.shape()).containsExactly(1, 2, 4, 5, 3);
    assertThat(map.getFloat(0, 1, 3, 2, 2)).isEqualTo(images.getFloat(1, 2, 3, 2));
    INDArray frames = TestMaps.gaussian(3, 2, 6, 2, 4, 5);
    INDArray events = Layouts.fromFramesBtchw(frames);
    assertThat(events.shape()).containsExactly(6, 2, 4, 5, 2);
    assertThat(events.getFloat(5, 1, 3, 2, 1)).isEqualTo(frames.getFloat(1, 5, 1, 3, 2));
    assertThat(Shapes.isContiguous(map) && Shapes.isContiguous(events)).isTrue();
  }

  @Test
  void wrongRanksAndStepsAreRefused() {
    assertThatThrownBy(() -> Layouts.fromImagesNchw(TestMaps.gaussian(1, 3, 4, 5)))
        .hasMessage("expected [B, C, H, W], got [3, 4, 5]");
    assertThatThrownBy(() -> Layouts.fromFramesBtchw(TestMaps.gaussian(1, 1, 3, 4, 5)))
        .hasMessageContaining("[B, T, C, H, W]");
    assertThatThrownBy(() -> Layouts.toFoldedNchw(TestMaps.gaussian(1, 1, 3, 4, 5)))
        .hasMessageContaining("[T, B, H, W, C]");
    assertThatThrownBy(() -> Layouts.fromFoldedNchw(TestMaps.gaussian(1, 6, 3, 4, 5), 4))
        .hasMessage("T must divide the first axis: T = 4, shape [6, 3, 4, 5]");
    assertThatThrownBy(() -> Layouts.fromFoldedNchw(TestMaps.gaussian(1, 6, 3, 4, 5), 0))
        .hasMessageContaining("T = 0");
  }
}
