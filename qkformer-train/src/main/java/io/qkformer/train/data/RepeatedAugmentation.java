package io.qkformer.train.data;

/**
 * Repeated augmentation (arXiv 1902.05509): an epoch shows each sample that it visits several times in a row,
 * augmented afresh each time, and visits so many samples fewer. As timm's {@code RepeatAugSampler} on one
 * device: the order's samples are repeated, then cut to the data set's size, rounded down to a multiple of
 * {@code round}.
 *
 * <p>Differs from timm where the data set is smaller than {@code round}, for which timm selects no sample at
 * all: here the epoch then has the data set's size.
 *
 * @param repeats how often each sample comes, at least 1
 * @param round the epoch's size is a multiple of it, at least 1
 */
public record RepeatedAugmentation(int repeats, int round) {
  /** The repeats of timm and DeiT. */
  public static final int DEFAULT_REPEATS = 3;
  /** The rounding of timm and DeiT. */
  public static final int DEFAULT_ROUND = 256;
  /** Each sample comes once. */
  public static final RepeatedAugmentation NONE = new RepeatedAugmentation(1, 1);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public RepeatedAugmentation {
    if (repeats < 1) {
      throw new IllegalArgumentException("repeats: expected at least 1, got " + repeats);
    }
    if (round < 1) {
      throw new IllegalArgumentException("round: expected at least 1, got " + round);
    }
  }

  /** Rounds as timm does. */
  public RepeatedAugmentation(int repeats) {
    this(repeats, DEFAULT_ROUND);
  }

  /** Returns how many samples an epoch has, repeats counted. */
  int epochSize(int samples) {
    return samples < round ? samples : samples / round * round;
  }

  /** Returns the turn of the order whose sample stands at this position of an epoch. */
  int turn(int position) {
    return position / repeats;
  }

  /** Returns which visit of its sample this position of an epoch is, from 0. */
  int visit(int position) {
    return position % repeats;
  }
}
