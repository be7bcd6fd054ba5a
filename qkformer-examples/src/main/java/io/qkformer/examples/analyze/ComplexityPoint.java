package io.qkformer.examples.analyze;

/**
 * What an attention took at one size.
 *
 * @param attention which
 * @param sweep     what varies in the row of points that it belongs to
 * @param tokens    N
 * @param width     D
 * @param millis    the median of its runs in the round where that is least
 * @param runs      how many were timed
 * @param bytes     as {@link OperationMemory} counts
 */
record ComplexityPoint(ComparedAttention attention, Sweep sweep, int tokens, int width, double millis, int runs,
    long bytes) {

  /** What varies while the rest stays. */
  enum Sweep {
    /** N. */
    TOKENS("N"),
    /** D. */
    WIDTH("D");

    private final String symbol;

    Sweep(String symbol) {
      this.symbol = symbol;
    }

    /** The letter of Table 1. */
    String symbol() {
      return symbol;
    }
  }

  /** N or D, whichever varies. */
  double size() {
    return sweep == Sweep.TOKENS ? tokens : width;
  }
}
