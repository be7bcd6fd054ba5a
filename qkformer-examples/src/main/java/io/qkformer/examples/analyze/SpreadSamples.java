package io.qkformer.examples.analyze;

import io.qkformer.tensor.RandomStream;
import java.util.stream.IntStream;

/**
 * Which test samples stand for all of them: one drawn from each of as many equal stretches of the split. Where samples lie
 * by class (folders), about as many of each class. A fixed step would do for that, but meets some classes never where the
 * labels go in turn: 64 of 400 drawn shapes would be of eight of the ten.
 */
final class SpreadSamples {

  private static final String PURPOSE = "spread samples";

  private SpreadSamples() {
  }

  /**
   * The samples, ascending; the same ones for the same two sizes.
   *
   * @param all   how many there are
   * @param count how many are taken, from 1 to all of them
   * @throws IllegalArgumentException when there are not so many
   */
  static int[] indices(int all, int count) {
    if (count < 1 || count > all) {
      throw new IllegalArgumentException("samples: expected 1 to " + all + ", as many as there are, got " + count);
    }
    RandomStream random = RandomStream.of(0, PURPOSE, all, count);
    return IntStream.range(0, count).map(i -> {
      int from = start(i, all, count);
      return from + random.nextInt(start(i + 1, all, count) - from);
    }).toArray();
  }

  private static int start(int stretch, int all, int count) {
    return (int) ((long) stretch * all / count);
  }
}
