package io.qkformer.train.data;

import java.util.Objects;

/**
 * One labelled image.
 *
 * @param id where the sample comes from, for messages and reports, such as {@code train/cat/0042.png}
 * @param label the class, an index into {@link Dataset#classNames()}
 * @param image the picture
 */
public record Sample(String id, int label, Image image) {
  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if the label is negative
   */
  public Sample {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(image, "image");
    if (label < 0) {
      throw new IllegalArgumentException("label of " + id + ": expected at least 0, got " + label);
    }
  }
}
