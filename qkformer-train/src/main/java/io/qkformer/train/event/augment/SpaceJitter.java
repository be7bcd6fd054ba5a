package io.qkformer.train.event.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.EventsBuilder;
import io.qkformer.train.event.SensorSize;

/**
 * Moves each event by normal numbers across and down; those that leave the sensor are dropped.
 *
 * @param standardDeviation in pixels, finite and at least 0
 */
public record SpaceJitter(double standardDeviation) implements EventAugmentation {
  /**
   * Checks the deviation.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public SpaceJitter {
    Checks.deviation(standardDeviation);
  }

  @Override
  public Events apply(Events events, SensorSize sensor, RandomStream random) {
    EventsBuilder moved = new EventsBuilder(events.size());
    for (int i = 0; i < events.size(); i++) {
      double x = events.x(i) + Math.rint(standardDeviation * random.nextGaussian());
      double y = events.y(i) + Math.rint(standardDeviation * random.nextGaussian());
      if (x >= 0 && x < sensor.width() && y >= 0 && y < sensor.height()) {
        moved.add(events.t(i), (int) x, (int) y, events.p(i));
      }
    }
    return moved.build();
  }
}
