package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes the batches of one epoch: reads, augments and stacks samples. Used by many threads at once.
 *
 * @param <S> a sample
 */
final class BatchAssembler<S> {
  private static final String AUGMENT = "augment";

  private final SampleKind<S> kind;
  private final SampleSource dataset;
  private final LoaderBuilder.Settings settings;
  private final EpochOrder order;
  private final CorruptLog corruptLog;
  private final int epoch;
  private final int samples;

  BatchAssembler(SampleKind<S> kind, LoaderBuilder.Settings settings, CorruptLog corruptLog, int epoch,
      int samples) {
    this(kind, settings, corruptLog, epoch, samples, new EpochOrder(kind.source().size(), settings.order(),
        settings.repeated(), settings.seed(), epoch));
  }

  BatchAssembler(SampleKind<S> kind, LoaderBuilder.Settings settings, CorruptLog corruptLog, int epoch, int samples,
      EpochOrder order) {
    this.kind = kind;
    this.dataset = kind.source();
    this.settings = settings;
    this.order = order;
    this.corruptLog = corruptLog;
    this.epoch = epoch;
    this.samples = samples;
  }

  /** Where in the epoch a batch is. */
  private record InEpoch(BatchAssembler<?> assembler, int number, int from) implements SampleKind.Place {
    @Override
    public int epoch() {
      return assembler.epoch;
    }

    @Override
    public RandomStream random(String purpose, int sample) {
      return assembler.random(purpose, from + sample);
    }
  }

  /**
   * Makes a batch.
   *
   * @param number which one of the epoch, from 0
   * @param cancelled asked before each sample whether the batch is still wanted
   */
  AssembledBatch assemble(int number, BooleanSupplier cancelled) throws IOException {
    int from = number * settings.batchSize();
    int size = Math.min(settings.batchSize(), samples - from);
    int[] labels = new int[size];
    int[] indices = new int[size];
    List<String> ids = new ArrayList<>(size);
    SampleKind.Stack<S> stack = kind.stack(size);
    List<CorruptFile> corrupt = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("the epoch was closed");
      }
      Read<S> read = read(from + i, corrupt);
      S sample = augmented(read, from + i);
      stack.add(sample);
      labels[i] = kind.label(sample);
      indices[i] = read.index();
      ids.add(kind.id(read.sample()));
    }
    INDArray images = stack.finish(new InEpoch(this, number, from));
    return new AssembledBatch(new Batch(images, labels, indices, ids), corrupt);
  }

  /** A sample and the index under which the data set has it. */
  private record Read<S>(int index, S sample) { }

  private Read<S> read(int position, List<CorruptFile> corrupt) throws IOException {
    List<CorruptFile> passed = new ArrayList<>();
    while (passed.size() < order.different()) {
      int index = order.sampleAfter(position, passed.size());
      try {
        S sample = kind.read(index);
        corrupt.addAll(passed);
        return new Read<>(index, sample);
      } catch (IOException e) {
        if (settings.corruptFiles() == CorruptFiles.FAIL) {
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
  private S augmented(Read<S> read, int position) throws DatasetException {
    S sample = read.sample();
    int label = kind.label(sample);
    if (label >= dataset.classes()) {
      throw new DatasetException(where(read.index()) + kind.id(sample) + ": unknown label " + label
          + ", expected 0 to " + (dataset.classes() - 1));
    }
    try {
      return kind.augmented(sample, random(AUGMENT, position));
    } catch (RuntimeException e) {
      throw new IllegalStateException(where(read.index()) + e, e);
    }
  }

  private RandomStream random(String purpose, int position) {
    int index = order.sample(position);
    int visit = order.visit(position);
    return visit == 0 ? RandomStream.of(settings.seed(), purpose, epoch, index)
        : RandomStream.of(settings.seed(), purpose, epoch, index, visit);
  }

  private String where(int index) {
    return "sample " + index + " of " + dataset.name() + ": ";
  }
}
