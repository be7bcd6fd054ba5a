package io.qkformer.train.augment;

/** Checks of configuration values. */
final class Checks {
  private Checks() { }

  static void probability(String field, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(field + ": expected 0 to 1, got " + value);
    }
  }

  static void atLeastOne(String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(field + ": expected at least 1, got " + value);
    }
  }

  static void notNegative(String field, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(field + ": expected a finite number of at least 0, got " + value);
    }
  }
}
