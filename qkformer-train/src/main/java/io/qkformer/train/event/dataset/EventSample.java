package io.qkformer.train.event.dataset;

import io.qkformer.train.event.EventSource;
import java.util.Objects;

/**
 * One labelled recording, or part of one.
 *
 * @param id where it comes from, with parts separated by '/', such as {@code train/3/user02_led_0.npz}
 * @param label the class, an index into {@link EventDataset#classNames()}
 * @param events read from the file whenever they are needed
 */
public record EventSample(String id, int label, EventSource events) {
  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if the label is negative
   */
  public EventSample {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(events, "events");
    if (label < 0) {
      throw new IllegalArgumentException("label of " + id + ": expected at least 0, got " + label);
    }
  }
}
