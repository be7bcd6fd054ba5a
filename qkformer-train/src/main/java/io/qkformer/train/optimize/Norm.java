package io.qkformer.train.optimize;

/**
 * A vector norm: PyTorch's {@code norm_type}.
 *
 * @param order p of the p-norm, above 0; infinity for the largest absolute value
 */
public record Norm(double order) {

  /** The Euclidean norm. */
  public static final Norm EUCLIDEAN = new Norm(2);
  /** The largest absolute value. */
  public static final Norm MAXIMUM = new Norm(Double.POSITIVE_INFINITY);

  /** Checks the order. */
  public Norm {
    if (!(order > 0)) {
      throw new IllegalArgumentException("order of a norm must be above 0, got " + order);
    }
  }

  /** What {@link #plus} sums up for some numbers; NaN or infinite when one of them is, or by overflow. */
  double part(double[] values, int n) {
    if (order == 2) {
      return squares(values, n);
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      // Math.max and the sum keep NaN
      sum = plus(sum, power(values[i]));
    }
    return sum;
  }

  /** {@link #part(double[], int)} of the same numbers as floats, to the last bit. */
  double part(float[] values, int n) {
    if (order == 2) {
      return squares(values, n);
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum = plus(sum, power(values[i]));
    }
    return sum;
  }

  double power(double value) {
    double absolute = Math.abs(value);
    if (order == 2) {
      return absolute * absolute;
    }
    return order == 1 || isMaximum() ? absolute : Math.pow(absolute, order);
  }

  double plus(double sum, double part) {
    return isMaximum() ? Math.max(sum, part) : sum + part;
  }

  /** The norm, from the sum of all parts. */
  double of(double sum) {
    if (order == 2) {
      return Math.sqrt(sum);
    }
    return order == 1 || isMaximum() ? sum : Math.pow(sum, 1 / order);
  }

  private boolean isMaximum() {
    return order == Double.POSITIVE_INFINITY;
  }

  /** Four sums at a time: each addition waits for the one before it. */
  private static double squares(double[] values, int n) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i <= n - 4; i += 4) {
      a += values[i] * values[i];
      b += values[i + 1] * values[i + 1];
      c += values[i + 2] * values[i + 2];
      d += values[i + 3] * values[i + 3];
    }
    for (; i < n; i++) {
      a += values[i] * values[i];
    }
    return a + b + (c + d);
  }

  private static double squares(float[] values, int n) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i <= n - 4; i += 4) {
      a += (double) values[i] * values[i];
      b += (double) values[i + 1] * values[i + 1];
      c += (double) values[i + 2] * values[i + 2];
      d += (double) values[i + 3] * values[i + 3];
    }
    for (; i < n; i++) {
      a += (double) values[i] * values[i];
    }
    return a + b + (c + d);
  }
}
