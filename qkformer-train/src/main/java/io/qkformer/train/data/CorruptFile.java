package io.qkformer.train.data;

import java.io.IOException;
import java.util.Objects;

/**
 * A sample that could not be read and was left out.
 *
 * @param index where it lies in the data set
 * @param problem what is wrong, with the name of the file
 */
public record CorruptFile(int index, String problem) {
  /** Checks the fields. */
  public CorruptFile {
    Objects.requireNonNull(problem, "problem");
  }

  static CorruptFile of(int index, IOException failure) {
    return new CorruptFile(index, failure.getMessage() == null ? failure.toString() : failure.getMessage());
  }
}
