package io.qkformer.train.data;

import java.io.IOException;
import java.util.List;

/**
 * Labelled samples by index, whatever they are: a {@link Dataset} has images, a {@link ClipDataset} clips. What the
 * {@link DataLoader} and those who write records of a run have to know of both. Implementations are read by many
 * threads at once and give the same sample for the same index every time.
 */
public sealed interface SampleSource permits Dataset, ClipDataset {
  /** Returns a short name for messages and reports, such as {@code CIFAR-10 test}. */
  String name();

  /** Returns the number of samples, at least 1. */
  int size();

  /** Returns the names of the classes in the order of the labels; unmodifiable. */
  List<String> classNames();

  /** Returns what messages and reports call several samples: images or clips. */
  String unit();

  /** Returns the number of classes; labels run from 0 to one less. */
  default int classes() {
    return classNames().size();
  }

  /**
   * Returns a checksum that tells in a run's records what it was trained on: other data, another fingerprint.
   *
   * @return 64 hexadecimal digits
   * @throws IOException if a sample cannot be read
   */
  String fingerprint() throws IOException;
}
