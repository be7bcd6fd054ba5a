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
  private static final String AUGMENT_NORMALIZED = "augment normalized";

  private final Dataset dataset;
  private final Augmentation augmentation;
  private final NormalizedAugmentation normalizedAugmentation;
  private final RepeatedAugmentation repeated;
  private final float[][] table;
  private final long seed;
  private final int epoch;

  BatchAssembler(DataLoader.Builder config, int epoch) {
    this.dataset = config.dataset;
    this.augmentation = config.augmentation;
    this.normalizedAugmentation = config.normalizedAugmentation;
    this.repeated = config.repeated;
    this.table = config.normalization.table();
    this.seed = config.seed;
    this.epoch = epoch;
  }

  /**
   * Makes a batch of the samples with these indices.
   *
   * @param position of the first one in the epoch
   * @param cancelled asked before each sample whether the batch is still wanted
   */
  Batch assemble(int[] indices, int position, BooleanSupplier cancelled) throws IOException {
    int[] labels = new int[indices.length];
    float[] values = null;
    Sample first = null;
    for (int i = 0; i < indices.length; i++) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("the epoch was closed");
      }
      int visit = repeated.visit(position + i);
      Sample sample = load(indices[i], visit);
      if (first == null) {
        first = sample;
        values = new float[Math.multiplyExact(indices.length, sample.image().bytes().length)];
      }
      checkSize(sample, first);
      labels[i] = sample.label();
      byte[] pixels = sample.image().bytes();
      Normalization.fill(table, pixels, values, i * pixels.length);
      normalizedAugmentation.apply(values, i * pixels.length, first.image().height(), first.image().width(),
          random(AUGMENT_NORMALIZED, indices[i], visit));
    }
    long[] shape = {1, indices.length, first.image().height(), first.image().width(), Image.CHANNELS};
    // made here and not by the consumer, whose thread may have a workspace open
    INDArray images = Nd4j.create(values, shape, 'c');
    return new Batch(images, labels, indices);
  }

  private RandomStream random(String purpose, int index, int visit) {
    return visit == 0 ? RandomStream.of(seed, purpose, epoch, index)
        : RandomStream.of(seed, purpose, epoch, index, visit);
  }

  private Sample load(int index, int visit) throws IOException {
    try {
      Sample sample = dataset.get(index);
      if (sample.label() >= dataset.classes()) {
        throw new DatasetException(sample.id() + ": unknown label " + sample.label() + ", expected 0 to "
            + (dataset.classes() - 1));
      }
      Image image = augmentation.apply(sample.image(), random(AUGMENT, index, visit));
      return new Sample(sample.id(), sample.label(), image);
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
}
