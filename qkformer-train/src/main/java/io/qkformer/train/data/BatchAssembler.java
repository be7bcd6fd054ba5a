package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Makes the batches of one epoch: reads, augments and normalises samples. Used by many threads at once. */
final class BatchAssembler {
  private static final String AUGMENT = "augment";
  private static final String AUGMENT_NORMALIZED = "augment normalized";

  private final DataLoader.Builder config;
  private final Dataset dataset;
  private final EpochOrder order;
  private final CorruptLog corruptLog;
  private final float[][] table;
  private final int epoch;
  private final int samples;

  BatchAssembler(DataLoader.Builder config, EpochOrder order, CorruptLog corruptLog, int epoch, int samples) {
    this.config = config;
    this.dataset = config.dataset;
    this.order = order;
    this.corruptLog = corruptLog;
    this.table = config.normalization.table();
    this.epoch = epoch;
    this.samples = samples;
  }

  /**
   * A batch with the samples that were left out in it. Whoever takes the batches in turn reports them, so that reports
   * and the failure over too many do not depend on which thread was the faster.
   */
  record Assembled(Batch batch, List<CorruptFile> corrupt) { }

  /** A sample and the index under which the data set has it. */
  private record Read(int index, Sample sample) { }

  /**
   * Makes a batch.
   *
   * @param number which one of the epoch, from 0
   * @param cancelled asked before each sample whether the batch is still wanted
   */
  Assembled assemble(int number, BooleanSupplier cancelled) throws IOException {
    int from = number * config.batchSize;
    int size = Math.min(config.batchSize, samples - from);
    int[] labels = new int[size];
    int[] indices = new int[size];
    List<byte[]> pictures = new ArrayList<>(size);
    List<CorruptFile> corrupt = new ArrayList<>();
    Sample first = null;
    for (int i = 0; i < size; i++) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("the epoch was closed");
      }
      Read read = read(from + i, corrupt);
      Sample sample = augmented(read, from + i);
      first = first == null ? sample : first;
      checkSize(sample, first);
      labels[i] = sample.label();
      indices[i] = read.index();
      pictures.add(sample.image().bytes());
    }
    Image shape = first.image();
    INDArray images = normalized(mixed(number, pictures, shape), from, shape);
    return new Assembled(new Batch(images, labels, indices), corrupt);
  }

  private Read read(int position, List<CorruptFile> corrupt) throws IOException {
    List<CorruptFile> passed = new ArrayList<>();
    while (passed.size() < order.different()) {
      int index = order.sampleAfter(position, passed.size());
      try {
        Sample sample = dataset.get(index);
        corrupt.addAll(passed);
        return new Read(index, sample);
      } catch (IOException e) {
        if (config.corruptFiles == CorruptFiles.FAIL) {
          throw new IOException(where(index) + e.getMessage(), e);
        }
        passed.add(CorruptFile.of(index, e));
      } catch (RuntimeException e) {
        throw new IllegalStateException(where(index) + e, e);
      }
      if (passed.size() > corruptLog.limit()) {
        break;
      }
    }
    throw corruptLog.tooMany(passed);
  }

  /** The random numbers are those of the position's own sample: one that stands in for it looks another way. */
  private Sample augmented(Read read, int position) throws DatasetException {
    Sample sample = read.sample();
    if (sample.label() >= dataset.classes()) {
      throw new DatasetException(where(read.index()) + sample.id() + ": unknown label " + sample.label()
          + ", expected 0 to " + (dataset.classes() - 1));
    }
    try {
      return new Sample(sample.id(), sample.label(),
          config.augmentation.apply(sample.image(), random(AUGMENT, position)));
    } catch (RuntimeException e) {
      throw new IllegalStateException(where(read.index()) + e, e);
    }
  }

  private RandomStream random(String purpose, int position) {
    int index = order.sample(position);
    int visit = order.visit(position);
    return visit == 0 ? RandomStream.of(config.seed, purpose, epoch, index)
        : RandomStream.of(config.seed, purpose, epoch, index, visit);
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

  private List<byte[]> mixed(int number, List<byte[]> pictures, Image shape) {
    String what = "batch " + number + " of epoch " + epoch + " of " + dataset.name() + ": ";
    List<byte[]> mixed;
    try {
      mixed = config.batchAugmentation.apply(epoch, number, pictures, shape.height(), shape.width());
    } catch (RuntimeException e) {
      throw new IllegalStateException(what + e, e);
    }
    if (mixed.size() != pictures.size()
        || !mixed.stream().allMatch(picture -> picture.length == shape.bytes().length)) {
      throw new IllegalStateException(what + "expected the batch augmentation to return " + pictures.size()
          + " pictures of " + shape.bytes().length + " bytes, got "
          + mixed.stream().map(picture -> picture.length).distinct().toList() + " bytes in " + mixed.size());
    }
    return mixed;
  }

  private INDArray normalized(List<byte[]> pictures, int from, Image shape) {
    int length = shape.bytes().length;
    float[] values = new float[Math.multiplyExact(pictures.size(), length)];
    for (int i = 0; i < pictures.size(); i++) {
      Normalization.fill(table, pictures.get(i), values, i * length);
      config.normalizedAugmentation.apply(values, i * length, shape.height(), shape.width(),
          random(AUGMENT_NORMALIZED, from + i));
    }
    // made here and not by the consumer, whose thread may have a workspace open
    return Nd4j.create(values, new long[] {1, pictures.size(), shape.height(), shape.width(), Image.CHANNELS}, 'c');
  }
}
