package io.qkformer.examples.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The median of ratios, each of which was measured in a round of its own, with an interval that holds the true median in
 * 95 of 100 measurements: that of the sign test, whatever the ratios' distribution. A step that the machine interrupted is
 * an outlier among ratios and moves neither.
 *
 * @param rounds how many ratios
 * @param median of them
 * @param low    lower end of the interval
 * @param high   upper end of the interval
 */
record PairedRatio(int rounds, double median, double low, double high) {

  /** With fewer ratios no interval between two of them holds the median that surely. */
  static final int LEAST_ROUNDS = 6;

  private static final double OUTSIDE = 0.025;

  /**
   * The interval of ratios in any order.
   *
   * @throws IllegalArgumentException when there are fewer than {@value #LEAST_ROUNDS}
   */
  static PairedRatio of(List<Double> ratios) {
    int n = ratios.size();
    if (n < LEAST_ROUNDS) {
      throw new IllegalArgumentException("ratios: expected at least " + LEAST_ROUNDS + ", got " + n
          + "; measure for a longer time");
    }
    double[] sorted = ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int outside = outside(n);
    return new PairedRatio(n, new Timing(sorted, 0, OptionalDouble.empty(), OptionalDouble.empty())
        .median(), sorted[outside], sorted[n - 1 - outside]);
  }

  /** How many ratios lie on either side of the interval: the most of which a fair coin has heads in 2.5 % of n throws. */
  private static int outside(int n) {
    double[] logFactorial = new double[n + 1];
    Arrays.setAll(logFactorial, i -> i == 0 ? 0 : Math.log(i));
    Arrays.parallelPrefix(logFactorial, Double::sum);
    double tail = 0;
    int k = -1;
    do {
      k++;
      tail += Math.exp(logFactorial[n] - logFactorial[k] - logFactorial[n - k] - n * Math.log(2));
    } while (tail <= OUTSIDE);
    return k - 1;
  }

  /** As an object of JSON. */
  String toJson() {
    return String.format(Locale.ROOT, "{\"ratio\": %.5f, \"low\": %.5f, \"high\": %.5f, \"rounds\": %d}", median, low, high,
        rounds);
  }
}
