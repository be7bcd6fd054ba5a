package io.qkformer.train.event.frame;

/** Checks of configuration values. */
final class Checks {
  private Checks() { }

  static void atLeastOne(String field, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(field + ": expected at least 1, got " + value);
    }
  }
}
