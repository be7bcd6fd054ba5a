package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Makes the batches of one epoch: reads, augments and normalises samples. Used by many threads at once. */
final class BatchAssembler {
  private static final String AUGMENT = "augment";

  private final Dataset dataset;
  private final Augmentation augmentation;
  private final float[][] table;
  private final long seed;
  private final int epoch;

  BatchAssembler(Dataset dataset, Augmentation augmentation, Normalization normalization, long seed,
      int epoch) {
    this.dataset = dataset;
    this.augmentation = augmentation;
    this.table = normalization.table();
    this.seed = seed;
    this.epoch = epoch;
  }

  /**
   * Makes a batch of the samples with these indices.
   *
   * @param cancelled asked before each sample whether the batch is still wanted
   */
  Batch assemble(int[] indices, BooleanSupplier cancelled) throws IOException {
    int[] labels = new int[indices.length];
    float[] values = null;
    Sample first = null;
    for (int i = 0; i < indices.length; i++) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("the epoch was closed");
      }
      Sample sample = load(indices[i]);
      if (first == null) {
        first = sample;
        values = new float[Math.multiplyExact(indices.length, sample.image().bytes().length)];
      }
      checkSize(sample, first);
      labels[i] = sample.label();
      normalise(sample.image().bytes(), values, i);
    }
    long[] shape = {1, indices.length, first.image().height(), first.image().width(), Image.CHANNELS};
    // made here and not by the consumer, whose thread may have a workspace open
    INDArray images = Nd4j.create(values, shape, 'c');
    return new Batch(images, labels, indices);
  }

  private Sample load(int index) throws IOException {
    try {
      Sample sample = dataset.get(index);
      if (sample.label() >= dataset.classes()) {
        throw new DatasetException(sample.id() + ": unknown label " + sample.label() + ", expected 0 to "
            + (dataset.classes() - 1));
      }
      RandomStream random = RandomStream.of(seed, AUGMENT, epoch, index);
      return new Sample(sample.id(), sample.label(), augmentation.apply(sample.image(), random));
    } catch (IOException e) {
      throw new IOException(where(index) + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new IllegalStateException(where(index) + e, e);
    }
  }

  private String where(int index) {
    return "sample " + index + " of " + dataset.name() + ": ";
  }

  private static void checkSize(Sample sample, Sample first) {
    if (!sample.image().hasSizeOf(first.image())) {
      throw new IllegalStateException("images of a batch must have one size: " + sample.id() + " is "
          + sample.image() + ", " + first.id() + " is " + first.image());
    }
  }

  private void normalise(byte[] pixels, float[] values, int position) {
    float[] red = table[0];
    float[] green = table[1];
    float[] blue = table[2];
    int start = position * pixels.length;
    for (int i = 0; i < pixels.length; i += Image.CHANNELS) {
      values[start + i] = red[pixels[i] & 0xFF];
      values[start + i + 1] = green[pixels[i + 1] & 0xFF];
      values[start + i + 2] = blue[pixels[i + 2] & 0xFF];
    }
  }
}
