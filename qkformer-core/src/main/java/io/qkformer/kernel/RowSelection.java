package io.qkformer.kernel;

import java.util.Arrays;

/**
 * Which rows of a matrix are added to which sums, in lists of up to 64 sums with a word of 64 bits each, for {@link
 * Kernels#addSelectedRows}. In a list sums with as many rows are neighbours, and those without are left out: a processor
 * then foresees where the loop over a sum's rows ends, which otherwise costs as much as four to six rows.
 */
public final class RowSelection {

  /** The most sums of a list. */
  public static final int SUMS = Long.SIZE;

  private static final int STARTS = 2;
  private static final int NEGATIVE = 3;

  /** {@code [list][64]}, bit i for row i. */
  private final long[] words;
  /** Whose word that is, from 0 to 63. */
  private final byte[] places;
  /** How many sums of each list have rows. */
  private final int[] counts;

  private RowSelection(long[] words, byte[] places, int[] counts) {
    this.words = words;
    this.places = places;
    this.counts = counts;
  }

  /** Some lists, none of which selects anything yet. */
  public RowSelection(int lists) {
    this(new long[lists * SUMS], new byte[lists * SUMS], new int[lists]);
  }

  /** Some lists with arbitrary values, in a thread's memory, until its slot is asked for again. */
  public static RowSelection of(int lists, Scratch scratch, int slot) {
    return new RowSelection(scratch.longs(slot, lists * SUMS), scratch.bytes(slot, lists * SUMS), scratch.ints(slot, lists));
  }

  /** Lets a list select nothing. */
  void clear(int list) {
    counts[list] = 0;
  }

  /**
   * Sets what a list selects.
   *
   * @param selected a word for each sum from {@code from} on; bit i selects row i
   * @param sums     their number, at most {@link #SUMS}
   * @param scratch  the thread's memory
   * @throws IllegalArgumentException when there are more sums than a list has
   */
  public void set(int list, long[] selected, int from, int sums, Scratch scratch) {
    if (sums > SUMS) {
      throw new IllegalArgumentException("a list selects rows for at most " + SUMS + " sums, got " + sums
          + ": set another list for the rest");
    }
    // how many words have n bits, then where the next of them goes
    int[] starts = scratch.ints(STARTS, SUMS + 1);
    Arrays.fill(starts, 0, SUMS + 1, 0);
    for (int i = 0; i < sums; i++) {
      starts[Long.bitCount(selected[from + i])]++;
    }
    int next = list * SUMS;
    for (int bits = 1; bits <= SUMS; bits++) {
      int some = starts[bits];
      starts[bits] = next;
      next += some;
    }
    for (int i = 0; i < sums; i++) {
      long word = selected[from + i];
      if (word != 0) {
        int at = starts[Long.bitCount(word)]++;
        words[at] = word;
        places[at] = (byte) i;
      }
    }
    counts[list] = next - list * SUMS;
  }

  /**
   * Sets two lists, what is added and, in the next one, what is subtracted.
   *
   * @param negative where the words begin that say which rows are subtracted
   */
  void setSigned(int list, long[] selected, int from, int negative, int sums, Scratch scratch) {
    long[] subtracted = scratch.longs(NEGATIVE, 2 * SUMS);
    for (int i = 0; i < sums; i++) {
      subtracted[i] = selected[from + i] & selected[negative + i];
      subtracted[SUMS + i] = selected[from + i] & ~selected[negative + i];
    }
    set(list, subtracted, SUMS, sums, scratch);
    set(list + 1, subtracted, 0, sums, scratch);
  }

  /** How many sums of a list have rows. */
  int count(int list) {
    return counts[list];
  }

  /** The words of all lists, list {@code n} from {@code n * SUMS} on. */
  long[] words() {
    return words;
  }

  /** Which sum each word belongs to. */
  byte[] places() {
    return places;
  }
}
