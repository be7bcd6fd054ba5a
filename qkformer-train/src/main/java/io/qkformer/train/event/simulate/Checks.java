package io.qkformer.train.event.simulate;

/** Checks of configuration values. */
final class Checks {
  private Checks() { }

  static void within(String field, double value, double least, double greatest) {
    if (!(value >= least && value <= greatest)) {
      throw new IllegalArgumentException(field + ": expected " + least + " to " + greatest + ", got " + value);
    }
  }

  static void within(String field, long value, long least, long greatest) {
    if (value < least || value > greatest) {
      throw new IllegalArgumentException(field + ": expected " + least + " to " + greatest + ", got " + value);
    }
  }
}
