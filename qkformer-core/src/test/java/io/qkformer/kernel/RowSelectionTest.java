package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Lists keep every word with its sum, those with as many bits as neighbours, and no empty ones. */
class RowSelectionTest {

  private static final int FROM = 3;

  private static long[] words(Random random, int count) {
    long[] words = new long[FROM + 2 * RowSelection.SUMS];
    for (int i = 0; i < words.length; i++) {
      words[i] = switch (random.nextInt(4)) {
        case 0 -> 0;
        case 1 -> random.nextLong() & random.nextLong() & random.nextLong();
        case 2 -> -1L;
        default -> random.nextLong();
      };
    }
    Arrays.fill(words, FROM + count, FROM + RowSelection.SUMS, -1L);
    return words;
  }

  private static long[] bySum(RowSelection selection, int list) {
    long[] words = new long[RowSelection.SUMS];
    for (int i = 0; i < selection.count(list); i++) {
      int at = list * RowSelection.SUMS + i;
      assertThat(words[selection.places()[at]]).as("one word for each sum").isZero();
      words[selection.places()[at]] = selection.words()[at];
    }
    return words;
  }

  @Property(tries = 200)
  void everyWordStaysWithItsSum(@ForAll @IntRange(min = 0, max = RowSelection.SUMS) int sums, @ForAll long seed) {
    long[] words = words(new Random(seed), sums);
    RowSelection selection = new RowSelection(3);
    selection.set(1, words, FROM, sums, new Scratch());
    assertThat(Arrays.copyOf(bySum(selection, 1), sums)).containsExactly(Arrays.copyOfRange(words, FROM, FROM + sums));
    assertThat(selection.count(1)).isEqualTo((int) Arrays.stream(words, FROM, FROM + sums).filter(word -> word != 0).count());
    assertThat(selection.count(0) + selection.count(2)).as("other lists").isZero();
    long[] sorted = Arrays.copyOfRange(selection.words(), RowSelection.SUMS, RowSelection.SUMS + selection.count(1));
    assertThat(Arrays.stream(sorted).mapToInt(Long::bitCount).toArray()).isSorted().doesNotContain(0);
  }

  @Property(tries = 100)
  void signsMakeTwoLists(@ForAll @IntRange(min = 1, max = RowSelection.SUMS) int sums, @ForAll long seed) {
    long[] words = words(new Random(seed), sums);
    int negative = FROM + RowSelection.SUMS;
    RowSelection selection = new RowSelection(3);
    selection.setSigned(1, words, FROM, negative, sums, new Scratch());
    long[] added = bySum(selection, 1);
    long[] subtracted = bySum(selection, 2);
    for (int i = 0; i < sums; i++) {
      assertThat(added[i]).isEqualTo(words[FROM + i] & ~words[negative + i]);
      assertThat(subtracted[i]).isEqualTo(words[FROM + i] & words[negative + i]);
    }
  }

  @Test
  void aListHasNoRoomForMoreSums() {
    RowSelection selection = new RowSelection(2);
    assertThatThrownBy(() -> selection.set(0, new long[65], 0, 65, new Scratch()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at most 64 sums, got 65");
  }

  @Test
  void aClearedListSelectsNothing() {
    RowSelection selection = new RowSelection(1);
    selection.set(0, new long[] {5}, 0, 1, new Scratch());
    assertThat(selection.count(0)).isEqualTo(1);
    selection.clear(0);
    assertThat(selection.count(0)).isZero();
  }
}
