package io.qkformer.inference;

/** Which bits of a row of spikes belong to which head: head h has channels {@code [h d, (h + 1) d)}. */
final class HeadSegments {

  private final int heads;
  /** The first segment of each head: what it has of one word. */
  private final int[] start;
  private final int[] index;
  private final long[] mask;
  private final int[] head;

  HeadSegments(int heads, int headWidth) {
    this.heads = heads;
    start = new int[heads + 1];
    for (int h = 0; h < heads; h++) {
      start[h + 1] = start[h] + ((h + 1) * headWidth - 1 >>> 6) - (h * headWidth >>> 6) + 1;
    }
    index = new int[start[heads]];
    mask = new long[start[heads]];
    head = new int[start[heads]];
    for (int h = 0; h < heads; h++) {
      int from = h * headWidth;
      int to = from + headWidth;
      for (int i = start[h]; i < start[h + 1]; i++) {
        index[i] = (from >>> 6) + i - start[h];
        int low = Math.max(0, from - 64 * index[i]);
        int high = Math.min(64, to - 64 * index[i]);
        mask[i] = -1L >>> (64 - (high - low)) << low;
        head[i] = h;
      }
    }
  }

  /**
   * The spikes of each head in some rows.
   *
   * @param words  rows from {@code first} on, {@code step} apart
   * @param counts receives {@code [rows][heads]} from {@code at} on
   */
  void count(long[] words, int first, int step, int rows, float[] counts, int at) {
    for (int row = 0; row < rows; row++) {
      for (int h = 0, i = 0; h < heads; h++) {
        int count = 0;
        for (; i < start[h + 1]; i++) {
          count += Long.bitCount(words[first + row * step + index[i]] & mask[i]);
        }
        counts[at + row * heads + h] = count;
      }
    }
  }

  /**
   * Copies the spikes of some heads of each row.
   *
   * @param source  rows from {@code first} on, {@code step} apart
   * @param chosen  a bit for each row and head, {@code [rows][heads]} from the lowest bit of word {@code chosenAt} on
   * @param target  holds rows of zeros, which lie as in the source
   */
  void copy(long[] source, int first, int step, int rows, long[] chosen, int chosenAt, long[] target) {
    for (int row = 0; row < rows; row++) {
      int at = first + row * step;
      for (int i = 0; i < index.length; i++) {
        int bit = row * heads + head[i];
        // which heads fire is hard to predict: no branch
        long all = -(chosen[chosenAt + (bit >>> 6)] >>> bit & 1);
        target[at + index[i]] |= source[at + index[i]] & mask[i] & all;
      }
    }
  }
}
