package io.qkformer.kernel;

import io.qkformer.tensor.FloatSource;

/** A map that holds spikes, or small counts of them, and can show them as bits: what spike-driven products read. */
public interface SpikeSource extends FloatSource {

  /** The bits of an element, at most: 1 where all values are spikes. */
  int planes();

  /**
   * One plane of up to 64 neighbouring elements: bit i is that of element {@code from + i}.
   *
   * @param plane an element's value is the sum of {@code 2^plane} over the planes whose bit it has
   * @param count of elements, 1 to 64
   */
  long word(int plane, long from, int count);

  /** The number of bits that are set in a plane of a range; -1 where an element is no small count. */
  long ones(int plane, long from, long count);

  /**
   * {@link #word} for elements that lie {@code step} apart: the same channels of neighbouring pixels.
   *
   * @param rows   how many words
   * @param bits   of each word, 1 to 64
   * @param target receives the words from {@code at} on
   * @return all of them together, by OR
   */
  default long words(int plane, long from, int step, int rows, int bits, long[] target, int at) {
    long any = 0;
    for (int i = 0; i < rows; i++) {
      long word = word(plane, from + (long) i * step, bits);
      target[at + i] = word;
      any |= word;
    }
    return any;
  }
}
