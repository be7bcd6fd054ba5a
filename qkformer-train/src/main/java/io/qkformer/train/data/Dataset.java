package io.qkformer.train.data;

import java.io.IOException;

/**
 * Labelled images by index. Implementations are read by many threads at once and give the same sample for
 * the same index every time; the {@link DataLoader} wants all images of one size (an augmentation may bring
 * them to it).
 */
public non-sealed interface Dataset extends SampleSource {
  /**
   * Reads one sample.
   *
   * @param index from 0 to {@code size() - 1}
   * @throws IndexOutOfBoundsException if there is no such sample
   * @throws IOException if the sample cannot be read; the message names its file
   */
  Sample get(int index) throws IOException;

  @Override
  default String unit() {
    return "images";
  }

  /**
   * Returns a checksum that tells in a run's records what it was trained on: other data, another fingerprint. This
   * one reads all samples and covers class names, ids, labels, sizes and pixels; data sets whose samples are slow to
   * read cover something cheaper that changes with them, see {@link Fingerprint}.
   *
   * @return 64 hexadecimal digits
   * @throws IOException if a sample cannot be read
   */
  @Override
  default String fingerprint() throws IOException {
    Fingerprint fingerprint = new Fingerprint();
    classNames().forEach(fingerprint::text);
    for (int i = 0; i < size(); i++) {
      Sample sample = get(i);
      fingerprint.text(sample.id()).number(sample.label());
      fingerprint.number(sample.image().height()).bytes(sample.image().bytes());
    }
    return fingerprint.hex();
  }
}
