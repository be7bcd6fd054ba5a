package io.qkformer.inference;

/** Which bits of a row of spikes belong to which head: head h has channels {@code [h d, (h + 1) d)}. */
final class HeadSegments {

  private final int[] start;
  private final int[] index;
  private final long[] mask;

  HeadSegments(int heads, int headWidth) {
    start = new int[heads + 1];
    for (int head = 0; head < heads; head++) {
      start[head + 1] = start[head] + ((head + 1) * headWidth - 1 >>> 6) - (head * headWidth >>> 6) + 1;
    }
    index = new int[start[heads]];
    mask = new long[start[heads]];
    for (int head = 0; head < heads; head++) {
      int from = head * headWidth;
      int to = from + headWidth;
      for (int i = start[head]; i < start[head + 1]; i++) {
        index[i] = (from >>> 6) + i - start[head];
        int low = Math.max(0, from - 64 * index[i]);
        int high = Math.min(64, to - 64 * index[i]);
        mask[i] = -1L >>> (64 - (high - low)) << low;
      }
    }
  }

  /** The spikes of one head in the row that starts at word {@code first}. */
  int count(long[] words, int first, int head) {
    int count = 0;
    for (int i = start[head]; i < start[head + 1]; i++) {
      count += Long.bitCount(words[first + index[i]] & mask[i]);
    }
    return count;
  }

  /** Copies the spikes of one head to where none of them are. */
  void copy(long[] source, int first, int head, long[] target) {
    for (int i = start[head]; i < start[head + 1]; i++) {
      target[first + index[i]] |= source[first + index[i]] & mask[i];
    }
  }
}
