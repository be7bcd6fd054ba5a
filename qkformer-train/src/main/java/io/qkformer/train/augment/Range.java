package io.qkformer.train.augment;

/**
 * From where to where a number is drawn.
 *
 * @param low the least
 * @param high the greatest, at least {@code low}
 */
public record Range(double low, double high) {
  /**
   * Checks the ends.
   *
   * @throws IllegalArgumentException unless both are finite and {@code low <= high}
   */
  public Range {
    if (!(low <= high && Double.isFinite(low) && Double.isFinite(high))) {
      throw new IllegalArgumentException("range: expected finite low <= high, got " + low + " to " + high);
    }
  }

  /**
   * Returns the number at a share of the way from {@code low} to {@code high}, as Python's {@code uniform}.
   */
  double at(double share) {
    return low + (high - low) * share;
  }

  Range requireAbove(double bound, String field) {
    if (!(low > bound)) {
      throw new IllegalArgumentException(field + ": expected above " + bound + ", got " + low + " to "
          + high);
    }
    return this;
  }

  /** Returns a number whose logarithm is uniformly distributed. */
  double exponentialAt(double share) {
    double logLow = Math.log(low);
    return Math.exp(logLow + (Math.log(high) - logLow) * share);
  }
}
