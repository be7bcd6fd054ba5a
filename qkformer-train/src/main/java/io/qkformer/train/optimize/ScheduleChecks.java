package io.qkformer.train.optimize;

/** What the schedules demand of their fields. */
final class ScheduleChecks {

  private ScheduleChecks() {
  }

  static void requireRate(String name, double rate) {
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, got " + rate);
    }
  }

  static void requireSpan(int epochs, int warmupEpochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, got " + epochs);
    }
    if (warmupEpochs < 0 || warmupEpochs > epochs) {
      throw new IllegalArgumentException("warmupEpochs must be in [0, epochs = " + epochs + "], got "
          + warmupEpochs);
    }
  }

  static void requireAtMost(String name, double value, String limitName, double limit) {
    if (value > limit) {
      throw new IllegalArgumentException(name + " must be at most " + limitName + " = " + limit + ", got "
          + value);
    }
  }
}
