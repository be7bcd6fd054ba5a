package io.qkformer.train.golden;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What is known of many draws.
 *
 * @param mean           of the draws
 * @param variance       of the draws
 * @param errorOfMean     the mean's standard error
 * @param errorOfVariance the variance's standard error
 */
record Statistics(double mean, double variance, double errorOfMean, double errorOfVariance) {

  static <T> Statistics of(List<T> draws, ToDoubleFunction<T> value) {
    double[] values = draws.stream().mapToDouble(value).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> Math.pow(v - mean, 2)).average().orElseThrow();
    double fourth = Arrays.stream(values).map(v -> Math.pow(v - mean, 4)).average().orElseThrow();
    return new Statistics(mean, variance, Math.sqrt(variance / values.length),
        Math.sqrt((fourth - variance * variance) / values.length));
  }
}
