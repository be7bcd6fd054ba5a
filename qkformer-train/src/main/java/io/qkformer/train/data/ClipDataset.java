package io.qkformer.train.data;

import java.io.IOException;
import java.util.List;

/**
 * Labelled clips by index: {@link Dataset} for samples that change over time. Implementations are read by many
 * threads at once and give the same sample for the same index every time.
 */
public interface ClipDataset {
  /** Returns a short name for messages and reports, such as {@code DVS128 Gesture train}. */
  String name();

  /** Returns the number of samples, at least 1. */
  int size();

  /** Returns the names of the classes in the order of the labels; unmodifiable. */
  List<String> classNames();

  /** Returns the number of classes; labels run from 0 to one less. */
  default int classes() {
    return classNames().size();
  }

  /**
   * Reads one sample.
   *
   * @param index from 0 to {@code size() - 1}
   * @throws IndexOutOfBoundsException if there is no such sample
   * @throws IOException if the sample cannot be read; the message names its file
   */
  ClipSample get(int index) throws IOException;
}
