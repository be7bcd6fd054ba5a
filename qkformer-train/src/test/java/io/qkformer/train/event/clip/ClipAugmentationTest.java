package io.qkformer.train.event.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Box;
import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipAugmentation;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClipAugmentationTest {

  private static Clip ramp(int frames, int height, int width, int channels) {
    float[] values = new float[Clip.size(frames, height, width, channels)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    return Clip.wrap(frames, height, width, channels, values);
  }

  @Test
  void geometryMovesAllFramesAndChannelsAlike() {
    Clip clip = ramp(3, 8, 9, 2);
    for (Clip moved : List.of(ClipGeometry.shearX(clip, 0.3), ClipGeometry.rotate(clip, 20),
        ClipGeometry.translate(clip, 2, -1), ClipGeometry.flip(clip))) {
      assertThat(moved).isNotEqualTo(clip);
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 9; x++) {
          float first = moved.value(0, y, x, 0);
          float later = first == 0 ? 0 : first + 2 * 8 * 9 * 2 + 1;
          assertThat(moved.value(2, y, x, 1)).isEqualTo(later);
        }
      }
    }
  }

  @Test
  void positiveTranslationsGoRightAndDown() {
    Clip clip = ramp(1, 4, 5, 1);
    Clip moved = ClipGeometry.translate(clip, 2, 1);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 5; x++) {
        assertThat(moved.value(0, y, x, 0)).isEqualTo(x < 2 || y < 1 ? 0 : clip.value(0, y - 1, x - 2, 0));
      }
    }
    assertThat(ClipGeometry.translate(clip, 5, 0).values()).containsOnly(0);
  }

  @Test
  void aQuarterTurnIsCounterClockwise() {
    Clip clip = ramp(1, 4, 4, 1);
    Clip turned = ClipGeometry.rotate(clip, 90);
    assertThat(turned.value(0, 0, 0, 0)).isEqualTo(clip.value(0, 0, 3, 0));
    assertThat(turned.value(0, 3, 0, 0)).isEqualTo(clip.value(0, 0, 0, 0));
  }

  @Test
  void aFlipUndoesItself() {
    Clip clip = ramp(2, 3, 5, 2);
    assertThat(ClipGeometry.flip(clip).value(1, 2, 0, 1)).isEqualTo(clip.value(1, 2, 4, 1));
    assertThat(ClipGeometry.flip(ClipGeometry.flip(clip))).isEqualTo(clip);
  }

  @Test
  void boxesBeyondThePictureAreRefused() {
    Clip clip = ramp(1, 3, 5, 1);
    assertThatThrownBy(() -> ClipGeometry.erase(clip, new Box(0, 3, 1, 3)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("left=3");
    assertThat(ClipGeometry.erase(clip, new Box(0, 0, 3, 5)).values()).containsOnly(0);
    assertThat(clip).as("the clip that was given").isEqualTo(ramp(1, 3, 5, 1));
  }

  @Test
  void operationsMagnitudesAndSignsAreEquallyLikely() {
    int draws = 60_000;
    Map<ClipOperation, Integer> counts = new EnumMap<>(ClipOperation.class);
    int[] rotations = new int[ClipOperation.MAGNITUDES];
    for (int i = 0; i < draws; i++) {
      SnnAugmentWide.Choice choice = SnnAugmentWide.draw(RandomStream.of(3, "choice", i));
      counts.merge(choice.operation(), 1, Integer::sum);
      if (choice.operation() == ClipOperation.ROTATE) {
        rotations[Math.round(choice.magnitude() / 2) + 15]++;
      }
    }
    assertThat(counts).hasSize(6).allSatisfy((operation, count) ->
        assertThat((double) count).isCloseTo(draws / 6.0, within(500.0)));
    for (int rotation : rotations) {
      assertThat((double) rotation).isCloseTo(draws / 6.0 / 31, within(100.0));
    }
  }

  @Test
  void theSameStreamGivesTheSameClip() {
    Clip clip = ramp(2, 16, 16, 2);
    ClipAugmentation both = ClipAugmentation.compose(List.of(RandomClipFlip.REFERENCE, new SnnAugmentWide()));
    int changed = 0;
    for (int i = 0; i < 50; i++) {
      Clip first = both.apply(clip, RandomStream.of(1, "a", i));
      assertThat(both.apply(clip, RandomStream.of(1, "a", i))).isEqualTo(first);
      assertThat(first.hasShapeOf(clip)).isTrue();
      changed += first.equals(clip) ? 0 : 1;
    }
    assertThat(changed).isBetween(30, 50);
    assertThat(clip).isEqualTo(ramp(2, 16, 16, 2));
  }

  @Test
  void cutoutGivesUpWhereNoSquareFits() {
    assertThat(SnnAugmentWide.cutout(2, 1000, () -> 0.9)).isEmpty();
    assertThatThrownBy(() -> ClipOperation.CUTOUT.apply(ramp(1, 2, 2, 1), 1))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("erase");
    assertThatThrownBy(() -> new RandomClipFlip(Double.NaN)).hasMessageContaining("NaN");
  }
}
