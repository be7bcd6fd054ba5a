package io.qkformer.train.data;

import java.util.Objects;

/**
 * Collects what a {@link DataLoader} of images and one of clips have in common.
 *
 * @param <B> the kind of builder, so that calls can be chained
 */
public abstract sealed class LoaderBuilder<B extends LoaderBuilder<B>> permits DataLoader.Builder,
    DataLoader.ClipBuilder {
  private int batchSize = DataLoader.DEFAULT_BATCH_SIZE;
  private Order order = Order.SHUFFLED;
  private LastBatch lastBatch = LastBatch.KEEP;
  private RepeatedAugmentation repeated = RepeatedAugmentation.NONE;
  private CorruptFiles corruptFiles = CorruptFiles.FAIL;
  private int threads = DataLoader.DEFAULT_THREADS;
  private int prefetch = DataLoader.DEFAULT_PREFETCH;
  private long seed;

  /**
   * What {@link #build} leaves to the loader, which does not follow its builder.
   *
   * @param batchSize B
   * @param order of the samples
   * @param lastBatch what becomes of an incomplete one
   * @param repeated how often in a row a sample comes
   * @param corruptFiles what becomes of unreadable samples
   * @param threads that prepare batches
   * @param prefetch batches prepared ahead
   * @param seed of all randomness
   */
  record Settings(int batchSize, Order order, LastBatch lastBatch, RepeatedAugmentation repeated,
      CorruptFiles corruptFiles, int threads, int prefetch, long seed) { }

  LoaderBuilder(SampleSource dataset) {
    if (dataset.size() < 1 || dataset.classes() < 1) {
      throw new IllegalArgumentException("data set " + dataset.name() + " is empty: expected at least one"
          + " sample and one class, got " + dataset.size() + " samples and " + dataset.classes()
          + " classes");
    }
  }

  /** This builder as what it is. */
  abstract B self();

  /** How its samples are read and changed. */
  abstract SampleKind<?> kind();

  /** Sets B, the number of samples in a batch, at least 1. */
  public B batchSize(int batchSize) {
    this.batchSize = atLeastOne("batch size", batchSize);
    return self();
  }

  /** Sets the order in which an epoch visits the samples. */
  public B shuffle(Order order) {
    this.order = Objects.requireNonNull(order, "order");
    return self();
  }

  /** Sets what becomes of the samples that don't fill a batch. */
  public B lastBatch(LastBatch lastBatch) {
    this.lastBatch = Objects.requireNonNull(lastBatch, "last batch");
    return self();
  }

  /** Sets how often in a row an epoch shows a sample; each time its changes are drawn afresh. */
  public B repeated(RepeatedAugmentation repeated) {
    this.repeated = Objects.requireNonNull(repeated, "repeated augmentation");
    return self();
  }

  /** Sets what becomes of samples that cannot be read. */
  public B corruptFiles(CorruptFiles corruptFiles) {
    this.corruptFiles = Objects.requireNonNull(corruptFiles, "corrupt files");
    return self();
  }

  /** Sets the number of threads that prepare batches, at least 1; each prepares a batch of its own. */
  public B threads(int threads) {
    this.threads = atLeastOne("threads", threads);
    return self();
  }

  /** Sets how many batches are prepared ahead, at least 1; more threads than that stay idle. */
  public B prefetch(int prefetch) {
    this.prefetch = atLeastOne("prefetch", prefetch);
    return self();
  }

  /** Sets the seed of the shuffling and the augmentation. */
  public B seed(long seed) {
    this.seed = seed;
    return self();
  }

  /**
   * Returns the loader.
   *
   * @throws IllegalArgumentException if no batch would be left because the only one is not full
   */
  public DataLoader build() {
    return new DataLoader(kind(),
        new Settings(batchSize, order, lastBatch, repeated, corruptFiles, threads, prefetch, seed));
  }

  private static int atLeastOne(String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(field + ": expected at least 1, got " + value);
    }
    return value;
  }
}
