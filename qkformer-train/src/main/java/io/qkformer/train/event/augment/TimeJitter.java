package io.qkformer.train.event.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.EventsBuilder;
import io.qkformer.train.event.SensorSize;

/**
 * Moves each event in time by a normal number, within the recording's first and last time, and sorts them anew.
 *
 * @param standardDeviation in microseconds, finite and at least 0
 */
public record TimeJitter(double standardDeviation) implements EventAugmentation {
  /**
   * Checks the deviation.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public TimeJitter {
    Checks.deviation(standardDeviation);
  }

  @Override
  public Events apply(Events events, SensorSize sensor, RandomStream random) {
    if (events.isEmpty()) {
      return events;
    }
    long first = events.t(0);
    long last = Math.max(first, events.t(events.size() - 1));
    EventsBuilder moved = new EventsBuilder(events.size());
    for (int i = 0; i < events.size(); i++) {
      long t = events.t(i) + Math.round(standardDeviation * random.nextGaussian());
      moved.add(Math.max(first, Math.min(last, t)), events.x(i), events.y(i), events.p(i));
    }
    return moved.build().sortedByTime();
  }
}
