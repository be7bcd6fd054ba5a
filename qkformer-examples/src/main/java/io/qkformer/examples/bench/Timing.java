package io.qkformer.examples.bench;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Timed steps.
 *
 * @param millis         of each step, in their order
 * @param warmUpSeconds  spent before
 * @param residentEarly  MiB that were resident after step 10 of the process, where it was looked at
 * @param residentEnd    MiB that were resident after the last step, where it was looked at
 */
record Timing(double[] millis, double warmUpSeconds, OptionalDouble residentEarly, OptionalDouble residentEnd) {

  /** The mean of the two middle ones where their number is even, as Python's {@code statistics.median}. */
  double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The smallest time that at least this share of the steps did not exceed. */
  double quantile(double share) {
    double[] sorted = sorted();
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  private double[] sorted() {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    return sorted;
  }
}
