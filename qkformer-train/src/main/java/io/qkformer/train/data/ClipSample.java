package io.qkformer.train.data;

import java.util.Objects;

/**
 * One labelled clip.
 *
 * @param id where the sample comes from, for messages and reports, such as {@code train/3/user02_led_0.npz}
 * @param label the class, an index into {@link ClipDataset#classNames()}
 * @param clip the frames
 */
public record ClipSample(String id, int label, Clip clip) {
  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if the label is negative
   */
  public ClipSample {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(clip, "clip");
    if (label < 0) {
      throw new IllegalArgumentException("label of " + id + ": expected at least 0, got " + label);
    }
  }
}
