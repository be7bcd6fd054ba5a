package io.qkformer.examples.analyze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadSamplesTest {

  private static List<Integer> byClass(int[] indices, int... labels) {
    int[] counts = new int[Arrays.stream(labels).max().orElseThrow() + 1];
    Arrays.stream(indices).forEach(index -> counts[labels[index]]++);
    return Arrays.stream(counts).boxed().toList();
  }

  @Test
  void ofSortedDataEachClassHasItsShare() {
    int[] sorted = IntStream.range(0, 400).map(i -> i / 40).toArray();
    assertThat(byClass(SpreadSamples.indices(400, 64), sorted)).allSatisfy(count -> assertThat(count).isBetween(5, 8));
  }

  /** Each 400/64th sample would never be of the classes 4 and 9. */
  @Test
  void noClassIsPassedByWhereLabelsGoInTurn() {
    int[] inTurn = IntStream.range(0, 400).map(i -> i % 10).toArray();
    assertThat(byClass(SpreadSamples.indices(400, 64), inTurn)).hasSize(10)
        .allSatisfy(count -> assertThat(count).isPositive());
  }

  @Test
  void theyAscendAndAreTheSameEachTime() {
    int[] some = SpreadSamples.indices(1000, 37);
    assertThat(some).hasSize(37).isSorted().doesNotHaveDuplicates().isEqualTo(SpreadSamples.indices(1000, 37));
    assertThat(SpreadSamples.indices(5, 5)).containsExactly(0, 1, 2, 3, 4);
    assertThatThrownBy(() -> SpreadSamples.indices(5, 6)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("samples: expected 1 to 5, as many as there are, got 6");
  }
}
