package io.qkformer.train.event.dataset;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Split;
import java.util.Arrays;
import java.util.Objects;

/**
 * How a data set without a split of its own is divided, class by class.
 *
 * @param trainShare of each class that is trained with, between 0 and 1; of n files the first ceil(trainShare * n)
 * @param choice which files come first
 * @param seed of the random choice; says nothing otherwise
 */
public record ClassSplit(double trainShare, Choice choice, long seed) {
  private static final String PURPOSE = "class split";

  /** Which files of a class are trained with. */
  public enum Choice {
    /** The first ones by name, compared as strings: the reference's way. */
    FIRST,
    /** Any, with the same probability. */
    RANDOM
  }

  /** The reference's split of CIFAR10-DVS: the first 900 of each class for training, the last 100 for testing. */
  public static final ClassSplit REFERENCE = new ClassSplit(0.9, Choice.FIRST, 0);

  /**
   * Checks the share.
   *
   * @throws IllegalArgumentException if it lies outside [0, 1]
   */
  public ClassSplit {
    Objects.requireNonNull(choice, "choice");
    if (!(trainShare >= 0 && trainShare <= 1)) {
      throw new IllegalArgumentException("train share: expected 0 to 1, got " + trainShare);
    }
  }

  /** Returns a random split with so large a share for training. */
  public static ClassSplit random(double trainShare, long seed) {
    return new ClassSplit(trainShare, Choice.RANDOM, seed);
  }

  /**
   * Returns the files of a class that belong to a part, in their order.
   *
   * @param classIndex of the class
   * @param size number of its files
   */
  public int[] indices(int classIndex, int size, Split part) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    if (choice == Choice.RANDOM) {
      shuffle(order, RandomStream.of(seed, PURPOSE, classIndex));
    }
    int train = (int) Math.ceil(trainShare * size);
    int[] chosen = part == Split.TRAIN ? Arrays.copyOf(order, train)
        : Arrays.copyOfRange(order, train, size);
    Arrays.sort(chosen);
    return chosen;
  }

  private static void shuffle(int[] order, RandomStream random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  /** Returns the split as a part of file names. */
  String key() {
    return choice == Choice.FIRST ? "first" + trainShare : "random" + trainShare + "_" + seed;
  }
}
