package io.qkformer.train.checkpoint;

/**
 * What the running epoch has summed up so far.
 *
 * @param lossSum of all samples; finite
 * @param samples how many were trained on
 * @param top1    samples whose class was the likeliest
 * @param top5    samples whose class was among the five likeliest
 * @param rateSum of the learning rates of the steps; finite
 * @param steps   of the optimizer
 * @param nanos   of wall-clock time that the epoch has taken, over all processes that worked on it
 */
public record EpochSums(double lossSum, int samples, int top1, int top5, double rateSum, int steps, long nanos) {

  /** Of an epoch that has not begun. */
  public static final EpochSums ZERO = new EpochSums(0, 0, 0, 0, 0, 0, 0);

  /** Checks each value. */
  public EpochSums {
    requireFinite("lossSum", lossSum);
    requireFinite("rateSum", rateSum);
    requireAtLeast("samples", samples, 0);
    requireAtLeast("steps", steps, 0);
    requireAtLeast("nanos", nanos, 0);
    if (top1 < 0 || top1 > top5 || top5 > samples) {
      throw new IllegalArgumentException("expected 0 <= top1 <= top5 <= samples, got " + top1 + ", " + top5 + ", "
          + samples);
    }
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, got " + value);
    }
  }

  static void requireAtLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", got " + value);
    }
  }
}
