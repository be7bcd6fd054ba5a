package io.qkformer.kernel;

import io.qkformer.tensor.FloatSource;

/** A map that holds spikes, or small counts of them, and can show them as bits: what spike-driven products read. */
public interface SpikeSource extends FloatSource {

  /** The largest count; 1 where all values are spikes, 0 where there is none. */
  int levels();

  /**
   * Which of up to 64 neighbouring elements are above a level: bit i tells of element {@code from + i}.
   *
   * @param level 0 for elements of at least 1, and so on; the elements' values are the sum over the levels
   * @param count of elements, 1 to 64
   */
  long word(int level, long from, int count);

  /** The number of spikes in a range, the sum of its elements; -1 where an element is no small count. */
  long spikes(long from, long count);

  /** A bound of the largest count in a range, as tight as it can be told quickly. */
  int levels(long from, long count);

  /**
   * {@link #word} for elements that lie {@code step} apart: the same channels of neighbouring pixels.
   *
   * @param rows   how many words
   * @param bits   of each word, 1 to 64
   * @param target receives the words from {@code at} on
   * @return all of them together, by OR
   */
  default long words(int level, long from, int step, int rows, int bits, long[] target, int at) {
    long any = 0;
    for (int i = 0; i < rows; i++) {
      long word = word(level, from + (long) i * step, bits);
      target[at + i] = word;
      any |= word;
    }
    return any;
  }
}
