package io.qkformer.train.event.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;

/**
 * Drops events here and there. Source: EventDrop (arXiv 2106.05836), "random drop".
 *
 * @param share the probability that an event is dropped
 */
public record DropEvents(double share) implements EventAugmentation {
  /**
   * Checks the share.
   *
   * @throws IllegalArgumentException if it lies outside [0, 1]
   */
  public DropEvents {
    Checks.share("share", share);
  }

  @Override
  public Events apply(Events events, SensorSize sensor, RandomStream random) {
    return Checks.filter(events, i -> random.nextDouble() >= share);
  }
}
