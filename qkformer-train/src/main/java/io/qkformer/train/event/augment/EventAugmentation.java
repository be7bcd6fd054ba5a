package io.qkformer.train.event.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.util.List;

/**
 * A random change of a recording that leaves its class alone. Implementations are immutable and take all randomness
 * from the stream they are given.
 */
@FunctionalInterface
public interface EventAugmentation {
  /**
   * Returns the changed events, within the sensor and in order of time if the given ones are.
   *
   * @param random a stream that belongs to (seed, epoch, sample)
   */
  Events apply(Events events, SensorSize sensor, RandomStream random);

  /** Returns the augmentation that changes nothing. */
  static EventAugmentation none() {
    return (events, sensor, random) -> events;
  }

  /** Returns the augmentation that makes these changes one after the other. */
  static EventAugmentation compose(List<? extends EventAugmentation> steps) {
    List<EventAugmentation> all = List.copyOf(steps);
    return (events, sensor, random) -> {
      Events changed = events;
      for (EventAugmentation step : all) {
        changed = step.apply(changed, sensor, random);
      }
      return changed;
    };
  }
}
