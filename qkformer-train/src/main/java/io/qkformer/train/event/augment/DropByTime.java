package io.qkformer.train.event.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;

/**
 * Drops all events of one span of time, which begins anywhere. Source: EventDrop (arXiv 2106.05836), "drop by time".
 *
 * @param share of the recording's duration that is dropped
 */
public record DropByTime(double share) implements EventAugmentation {
  /**
   * Checks the share.
   *
   * @throws IllegalArgumentException if it lies outside [0, 1]
   */
  public DropByTime {
    Checks.share("share", share);
  }

  @Override
  public Events apply(Events events, SensorSize sensor, RandomStream random) {
    double place = random.nextDouble();
    if (events.isEmpty()) {
      return events;
    }
    long first = events.t(0);
    double duration = (double) events.t(events.size() - 1) - first;
    double start = place * (1 - share) * duration;
    double end = start + share * duration;
    return Checks.filter(events, i -> {
      double t = (double) events.t(i) - first;
      return t < start || t >= end;
    });
  }
}
