package io.qkformer.train.event.augment;

import io.qkformer.train.event.Events;
import io.qkformer.train.event.EventsBuilder;

/** What the augmentations have in common. */
final class Checks {
  private Checks() { }

  /** Whether an event stays. */
  @FunctionalInterface
  interface Keep {
    boolean test(int index);
  }

  static void share(String field, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(field + ": expected 0 to 1, got " + value);
    }
  }

  static void deviation(double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("standard deviation: expected a finite number of at least 0, got " + value);
    }
  }

  /** The events that stay; asked once for each, in order. */
  static Events filter(Events events, Keep keep) {
    EventsBuilder kept = new EventsBuilder(events.size());
    for (int i = 0; i < events.size(); i++) {
      if (keep.test(i)) {
        kept.add(events.t(i), events.x(i), events.y(i), events.p(i));
      }
    }
    return kept.build();
  }
}
