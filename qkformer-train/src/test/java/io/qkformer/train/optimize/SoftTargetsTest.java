package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SoftTargetsTest {

  @Test
  void smoothingLeavesTheRestToAllClasses() {
    SoftTargets targets = SoftTargets.of(new int[] {1}, 4, 0.2);

    assertThat(targets.at(0, 1)).isCloseTo(0.85, within(1e-15));
    assertThat(targets.at(0, 0)).isCloseTo(0.05, within(1e-15));
    assertThat(targets.at(0, 3)).isCloseTo(0.05, within(1e-15));
  }

  @Test
  void withoutSmoothingTheyAreOneHot() {
    SoftTargets targets = SoftTargets.of(new int[] {2, 0}, 3, 0);

    assertThat(new double[] {targets.at(0, 0), targets.at(0, 1), targets.at(0, 2)}).containsExactly(0, 0, 1);
    assertThat(new double[] {targets.at(1, 0), targets.at(1, 1), targets.at(1, 2)}).containsExactly(1, 0, 0);
  }

  @Test
  void mixingPairsTheFirstWithTheLast() {
    SoftTargets mixed = SoftTargets.of(new int[] {0, 1, 2, 3}, 4, 0).mixedWithReversed(0.75);

    assertThat(mixed.at(0, 0)).isEqualTo(0.75);
    assertThat(mixed.at(0, 3)).isEqualTo(0.25);
    assertThat(mixed.at(1, 1)).isEqualTo(0.75);
    assertThat(mixed.at(1, 2)).isEqualTo(0.25);
    assertThat(mixed.at(3, 0)).isEqualTo(0.25);
    assertThat(mixed.likeliest()).containsExactly(0, 1, 2, 3);
    assertThat(SoftTargets.of(new int[] {0, 1}, 2, 0).mixedWithReversed(0.25).likeliest())
        .containsExactly(1, 0);
  }

  @Test
  void likeliestOfEqualsIsTheFirst() {
    assertThat(SoftTargets.of(new int[] {2, 1}, 3, 0).mixedWithReversed(0.5).likeliest())
        .containsExactly(1, 1);
  }

  @Property(tries = 100)
  void eachSampleIsADistribution(@ForAll @Size(min = 1, max = 6) int[] labels,
      @ForAll @IntRange(min = 1, max = 9) int k, @ForAll @DoubleRange(min = 0, max = 0.99) double smoothing,
      @ForAll @DoubleRange(min = 0, max = 1) double lambda) {
    int[] valid = Arrays.stream(labels).map(label -> Math.floorMod(label, k)).toArray();
    SoftTargets targets = SoftTargets.of(valid, k, smoothing).mixedWithReversed(lambda);

    for (int b = 0; b < targets.batch(); b++) {
      double sum = 0;
      for (int i = 0; i < k; i++) {
        assertThat(targets.at(b, i)).isBetween(0.0, 1.0 + 1e-12);
        sum += targets.at(b, i);
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> SoftTargets.of(new int[] {0, 10}, 10, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels[1] must be in [0, 10), got 10; has the model as many classes as the data set?");
    assertThatThrownBy(() -> SoftTargets.of(new int[] {-1}, 10, 0)).hasMessageContaining("labels[0]")
        .hasMessageContaining("got -1");
    assertThatThrownBy(() -> SoftTargets.of(new int[0], 10, 0)).hasMessageContaining("at least one label");
    assertThatThrownBy(() -> SoftTargets.of(new int[1], 0, 0)).hasMessageContaining("classes")
        .hasMessageContaining("0");
    for (double smoothing : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> SoftTargets.of(new int[1], 10, smoothing))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("smoothing must be in [0, 1), got " + smoothing);
    }
    assertThatThrownBy(() -> SoftTargets.of(new int[1], 10, 0).mixedWithReversed(1.5))
        .hasMessage("lambda must be in [0, 1], got 1.5");
    assertThatThrownBy(() -> SoftTargets.of(new int[1], 10, 0).at(1, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> SoftTargets.of(new int[2], 10, 0).at(0, 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
