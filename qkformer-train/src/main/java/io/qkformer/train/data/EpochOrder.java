package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.util.stream.IntStream;

/** Which sample stands at each position of an epoch: a pure function of (order, seed, epoch). */
final class EpochOrder {
  private static final String SHUFFLE = "shuffle";

  private final int[] samples;
  private final RepeatedAugmentation repeated;

  EpochOrder(int size, Order order, RepeatedAugmentation repeated, long seed, int epoch) {
    this(IntStream.range(0, size).toArray(), repeated);
    if (order == Order.SHUFFLED) {
      shuffle(RandomStream.of(seed, SHUFFLE, epoch));
    }
  }

  private EpochOrder(int[] samples, RepeatedAugmentation repeated) {
    this.samples = samples;
    this.repeated = repeated;
  }

  /** Some samples alone, spread evenly over all. */
  static EpochOrder even(int size, int count) {
    return new EpochOrder(IntStream.range(0, count).map(i -> EvenSubset.index(i, size, count)).toArray(),
        RepeatedAugmentation.NONE);
  }

  /** Fisher and Yates: each permutation with the same probability. */
  private void shuffle(RandomStream random) {
    for (int i = samples.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = samples[i];
      samples[i] = samples[j];
      samples[j] = swapped;
    }
  }

  /** The sample at a position. */
  int sample(int position) {
    return samples[repeated.turn(position)];
  }

  /** Which visit of its sample a position is, from 0. */
  int visit(int position) {
    return repeated.visit(position);
  }

  /** The sample so many places after that of a position; after the last one comes the first. */
  int sampleAfter(int position, int places) {
    return samples[(int) (((long) repeated.turn(position) + places) % samples.length)];
  }

  /** The number of different samples. */
  int different() {
    return samples.length;
  }
}
