package io.qkformer.train.recipe;

/** Checks of values; messages begin with the key in camel case. */
final class Checks {

  private Checks() {
  }

  static void atLeast(String field, long least, long value) {
    if (value < least) {
      throw new IllegalArgumentException(field + " must be at least " + least + ", got " + value);
    }
  }

  static void that(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
