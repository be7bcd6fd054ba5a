package io.qkformer.train.event.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;

/**
 * Drops all events of one polarity, either with the same probability.
 *
 * @param probability that this is done to a recording
 */
public record DropByPolarity(double probability) implements EventAugmentation {
  /**
   * Checks the probability.
   *
   * @throws IllegalArgumentException if it lies outside [0, 1]
   */
  public DropByPolarity {
    Checks.share("probability", probability);
  }

  @Override
  public Events apply(Events events, SensorSize sensor, RandomStream random) {
    boolean drops = random.nextDouble() < probability;
    boolean zero = random.nextInt(2) == 0;
    return drops ? Checks.filter(events, i -> events.p(i) == 0 != zero) : events;
  }
}
