package io.qkformer.train.data;

import java.util.List;
import java.util.Objects;

/**
 * Turns a data set into epochs of batches, prepared by background threads. The batches and their order are a
 * pure function of (data set, configuration, seed, epoch): the number of threads changes nothing, and a run
 * is resumed by asking for the epoch and the batch where it stopped. Immutable but for the list of unreadable
 * samples; each epoch has threads of its own.
 *
 * <pre>{@code
 * DataLoader loader = DataLoader.builder(dataset).batchSize(64).seed(1).build();
 * try (Epoch epoch = loader.epoch(0)) {
 *   while (epoch.hasNext()) {
 *     try (Batch batch = epoch.next()) {
 *       train(batch);
 *     }
 *   }
 * }
 * }</pre>
 */
public final class DataLoader {
  /** The batch size that the reference trains CIFAR with. */
  public static final int DEFAULT_BATCH_SIZE = 64;
  /** Enough to keep up with a CPU that trains, where images are cached. */
  public static final int DEFAULT_THREADS = 1;
  /** Batches prepared ahead by default. */
  public static final int DEFAULT_PREFETCH = 2;

  private final Builder config;
  private final CorruptLog corruptLog;
  private final int batches;
  private final int samples;

  private DataLoader(Builder config) {
    this.config = new Builder(config);
    this.corruptLog = new CorruptLog(config.dataset);
    int size = config.repeated.epochSize(config.dataset.size());
    int full = size / config.batchSize;
    boolean smaller = config.lastBatch == LastBatch.KEEP && size % config.batchSize != 0;
    this.batches = smaller ? full + 1 : full;
    this.samples = config.lastBatch == LastBatch.KEEP ? size : full * config.batchSize;
    if (batches == 0) {
      throw new IllegalArgumentException("batch size: expected at most the " + size + " samples of "
          + config.dataset.name() + " when the last incomplete batch is dropped, got " + config.batchSize
          + "; use LastBatch.KEEP or a smaller batch size");
    }
  }

  /**
   * Starts a loader's configuration: shuffled batches of 64, the last one kept, no augmentation, brightness
   * from 0 to 1, one thread, seed 0; a sample that cannot be read ends the epoch.
   *
   * @throws IllegalArgumentException if the data set is empty or has no classes
   */
  public static Builder builder(Dataset dataset) {
    return new Builder(dataset);
  }

  /** Returns the number of batches in an epoch. */
  public int batches() {
    return batches;
  }

  /** Returns the number of samples in an epoch: repeats are counted, those of a dropped batch are not. */
  public int samples() {
    return samples;
  }

  /** Returns the data set. */
  public Dataset dataset() {
    return config.dataset;
  }

  /** Returns the samples that were left out so far because they could not be read, each once, as reported. */
  public List<CorruptFile> corruptFiles() {
    return corruptLog.all();
  }

  /**
   * Starts to load an epoch; close it after use.
   *
   * @param epoch from 0; decides the shuffling and the augmentation
   * @throws IllegalArgumentException if it is negative
   */
  public Epoch epoch(int epoch) {
    return epoch(epoch, 0);
  }

  /**
   * Starts to load an epoch at one of its batches, to resume it; close it after use. The batches are those of the
   * whole epoch from there on.
   *
   * @param epoch from 0; decides the shuffling and the augmentation
   * @param firstBatch from 0 to {@link #batches()}, with which no batch is left
   * @throws IllegalArgumentException if one of them is out of range
   */
  public Epoch epoch(int epoch, int firstBatch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch: expected at least 0, got " + epoch);
    }
    if (firstBatch < 0 || firstBatch > batches) {
      throw new IllegalArgumentException("first batch: expected 0 to " + batches + ", the batches of an epoch, got "
          + firstBatch);
    }
    EpochOrder order = new EpochOrder(config.dataset.size(), config.order, config.repeated, config.seed, epoch);
    BatchAssembler assembler = new BatchAssembler(config, order, corruptLog, epoch, samples);
    return new Epoch(assembler, corruptLog, new Epoch.Extent(firstBatch, batches, samples), config.threads,
        config.prefetch);
  }

  /** Collects a loader's configuration. */
  public static final class Builder {
    final Dataset dataset;
    int batchSize = DEFAULT_BATCH_SIZE;
    private Order order = Order.SHUFFLED;
    private LastBatch lastBatch = LastBatch.KEEP;
    Augmentation augmentation = Augmentation.none();
    BatchAugmentation batchAugmentation = BatchAugmentation.none();
    NormalizedAugmentation normalizedAugmentation = NormalizedAugmentation.none();
    Normalization normalization = Normalization.UNIT;
    private RepeatedAugmentation repeated = RepeatedAugmentation.NONE;
    CorruptFiles corruptFiles = CorruptFiles.FAIL;
    private int threads = DEFAULT_THREADS;
    private int prefetch = DEFAULT_PREFETCH;
    long seed;

    private Builder(Dataset dataset) {
      if (dataset.size() < 1 || dataset.classes() < 1) {
        throw new IllegalArgumentException("data set " + dataset.name() + " is empty: expected at least one"
            + " sample and one class, got " + dataset.size() + " samples and " + dataset.classes()
            + " classes");
      }
      this.dataset = dataset;
    }

    private Builder(Builder other) {
      this.dataset = other.dataset;
      this.batchSize = other.batchSize;
      this.order = other.order;
      this.lastBatch = other.lastBatch;
      this.augmentation = other.augmentation;
      this.batchAugmentation = other.batchAugmentation;
      this.normalizedAugmentation = other.normalizedAugmentation;
      this.normalization = other.normalization;
      this.repeated = other.repeated;
      this.corruptFiles = other.corruptFiles;
      this.threads = other.threads;
      this.prefetch = other.prefetch;
      this.seed = other.seed;
    }

    /** Sets B, the number of samples in a batch, at least 1. */
    public Builder batchSize(int batchSize) {
      this.batchSize = atLeastOne("batch size", batchSize);
      return this;
    }

    /** Sets the order in which an epoch visits the samples. */
    public Builder shuffle(Order order) {
      this.order = Objects.requireNonNull(order, "order");
      return this;
    }

    /** Sets what becomes of the samples that don't fill a batch. */
    public Builder lastBatch(LastBatch lastBatch) {
      this.lastBatch = Objects.requireNonNull(lastBatch, "last batch");
      return this;
    }

    /** Sets the change that each image goes through, drawn from (seed, epoch, sample). */
    public Builder augmentation(Augmentation augmentation) {
      this.augmentation = Objects.requireNonNull(augmentation, "augmentation");
      return this;
    }

    /** Sets the change that the pictures of a batch go through together before they are normalised. */
    public Builder batchAugmentation(BatchAugmentation augmentation) {
      this.batchAugmentation = Objects.requireNonNull(augmentation, "batch augmentation");
      return this;
    }

    /**
     * Sets the change that each image goes through once it is normalised, drawn from (seed, epoch, sample).
     */
    public Builder normalizedAugmentation(NormalizedAugmentation augmentation) {
      this.normalizedAugmentation = Objects.requireNonNull(augmentation, "normalized augmentation");
      return this;
    }

    /** Sets how often in a row an epoch shows a sample; each time its changes are drawn afresh. */
    public Builder repeated(RepeatedAugmentation repeated) {
      this.repeated = Objects.requireNonNull(repeated, "repeated augmentation");
      return this;
    }

    /** Sets how bytes become numbers. */
    public Builder normalization(Normalization normalization) {
      this.normalization = Objects.requireNonNull(normalization, "normalization");
      return this;
    }

    /** Sets what becomes of samples that cannot be read. */
    public Builder corruptFiles(CorruptFiles corruptFiles) {
      this.corruptFiles = Objects.requireNonNull(corruptFiles, "corrupt files");
      return this;
    }

    /** Sets the number of threads that prepare batches, at least 1; each prepares a batch of its own. */
    public Builder threads(int threads) {
      this.threads = atLeastOne("threads", threads);
      return this;
    }

    /** Sets how many batches are prepared ahead, at least 1; more threads than that stay idle. */
    public Builder prefetch(int prefetch) {
      this.prefetch = atLeastOne("prefetch", prefetch);
      return this;
    }

    /** Sets the seed of the shuffling and the augmentation. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Returns the loader.
     *
     * @throws IllegalArgumentException if no batch would be left because the only one is not full
     */
    public DataLoader build() {
      return new DataLoader(this);
    }

    private static int atLeastOne(String field, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(field + ": expected at least 1, got " + value);
      }
      return value;
    }
  }
}
