package io.qkformer.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Labelled clips by index: {@link Dataset} for samples that change over time. Implementations are read by many
 * threads at once and give the same sample for the same index every time; the {@link DataLoader} wants all clips of
 * one shape (an augmentation may bring them to it).
 */
public non-sealed interface ClipDataset extends SampleSource {
  /**
   * Reads one sample.
   *
   * @param index from 0 to {@code size() - 1}
   * @throws IndexOutOfBoundsException if there is no such sample
   * @throws IOException if the sample cannot be read; the message names its file
   */
  ClipSample get(int index) throws IOException;

  @Override
  default String unit() {
    return "clips";
  }

  /**
   * Returns a checksum that tells in a run's records what it was trained on: other data, another fingerprint. This one
   * reads all samples and covers class names, ids, labels, shapes and values.
   *
   * @return 64 hexadecimal digits
   * @throws IOException if a sample cannot be read
   */
  @Override
  default String fingerprint() throws IOException {
    Fingerprint fingerprint = new Fingerprint();
    classNames().forEach(fingerprint::text);
    for (int i = 0; i < size(); i++) {
      ClipSample sample = get(i);
      Clip clip = sample.clip();
      fingerprint.text(sample.id()).number(sample.label()).number(clip.frames()).number(clip.height())
          .number(clip.width());
      ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(clip.values().length, Float.BYTES));
      bytes.asFloatBuffer().put(clip.values());
      fingerprint.bytes(bytes.array());
    }
    return fingerprint.hex();
  }
}
