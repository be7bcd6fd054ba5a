package io.qkformer.examples.study;

import java.util.List;
import java.util.Locale;

/**
 * Mean and spread of a number over seeds.
 *
 * @param count     of seeds
 * @param mean      NaN without one
 * @param deviation the sample's standard deviation, over {@code count - 1}; NaN below two
 */
record Spread(int count, double mean, double deviation) {

  static Spread of(List<Double> values) {
    int n = values.size();
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
    return new Spread(n, mean, n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1)));
  }

  /** As {@code 43.10 ± 0.82}; without the spread where there is none, and a dash for nothing. */
  String text() {
    return count == 0 ? "-" : Double.isNaN(deviation) ? String.format(Locale.ROOT, "%.2f", mean)
        : String.format(Locale.ROOT, "%.2f \u00b1 %.2f", mean, deviation);
  }
}
