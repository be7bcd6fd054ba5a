package io.qkformer.train.optimize;

import java.util.Arrays;
import java.util.List;

/**
 * Which samples a step or a batch was of, so that a message can name them.
 *
 * @param indices where they lie in the data set, as the loader counts: in a subset, in the subset
 * @param ids     what their source calls them, a file's path for instance, in the same order
 */
public record StepSamples(List<Integer> indices, List<String> ids) {

  /** None, or not known. */
  public static final StepSamples NONE = new StepSamples(List.of(), List.of());

  /**
   * Checks that the fields fit together.
   *
   * @throws IllegalArgumentException if they differ in length
   */
  public StepSamples {
    indices = List.copyOf(indices);
    ids = List.copyOf(ids);
    if (indices.size() != ids.size()) {
      throw new IllegalArgumentException("samples: expected an id for each of " + indices.size() + " indices, got "
          + ids.size());
    }
  }

  /** Those of a batch. */
  public static StepSamples of(int[] indices, List<String> ids) {
    return new StepSamples(Arrays.stream(indices).boxed().toList(), ids);
  }

  /** For messages. */
  @Override
  public String toString() {
    return "samples " + indices + ", ids " + ids;
  }
}
