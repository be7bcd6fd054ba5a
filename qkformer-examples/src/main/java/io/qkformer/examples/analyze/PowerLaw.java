package io.qkformer.examples.analyze;

/**
 * {@code y = factor * x^exponent}, the straight line through {@code (log x, log y)} of least squares.
 *
 * @param exponent      the line's slope
 * @param factor        y at x = 1
 * @param determination R^2, the share of the variance of log y that the line explains; 1 where there is none
 */
record PowerLaw(double exponent, double factor, double determination) {

  /**
   * Fits.
   *
   * @throws IllegalArgumentException unless there are as many x as y, all positive, and at least two different x
   */
  static PowerLaw fit(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException("expected as many x as y, got " + x.length + " and " + y.length);
    }
    double[] u = logarithms(x);
    double[] v = logarithms(y);
    double meanU = mean(u);
    double meanV = mean(v);
    double uu = 0;
    double uv = 0;
    double vv = 0;
    for (int i = 0; i < u.length; i++) {
      uu += (u[i] - meanU) * (u[i] - meanU);
      uv += (u[i] - meanU) * (v[i] - meanV);
      vv += (v[i] - meanV) * (v[i] - meanV);
    }
    if (!(uu > 0)) {
      throw new IllegalArgumentException("a slope needs at least two different x, got " + x.length + " points");
    }
    double slope = uv / uu;
    return new PowerLaw(slope, Math.exp(meanV - slope * meanU), vv > 0 ? uv * uv / (uu * vv) : 1);
  }

  private static double[] logarithms(double[] values) {
    double[] logs = new double[values.length];
    for (int i = 0; i < logs.length; i++) {
      if (!(values[i] > 0 && values[i] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a power law is of positive numbers, got " + values[i]);
      }
      logs[i] = Math.log(values[i]);
    }
    return logs;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
