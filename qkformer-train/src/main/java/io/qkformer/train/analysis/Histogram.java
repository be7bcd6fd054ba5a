package io.qkformer.train.analysis;

/**
 * How many values fell into each of equal bins.
 *
 * @param from   lower end of the first bin
 * @param to     upper end of the last bin, exclusive
 * @param counts of each bin
 * @param below  values below {@code from}
 * @param above  values at {@code to} or above
 */
public record Histogram(double from, double to, long[] counts, long below, long above) {

  /** Checks the range and that there is a bin. */
  public Histogram {
    if (!(from < to) || counts.length == 0) {
      throw new IllegalArgumentException("expected from < to and at least one bin, got " + from + ", " + to + " and "
          + counts.length + " bins");
    }
  }

  /** All values, those outside of the bins included. */
  public long total() {
    long sum = below + above;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** The middle of a bin. */
  public double middle(int bin) {
    return from + (bin + 0.5) * (to - from) / counts.length;
  }
}
