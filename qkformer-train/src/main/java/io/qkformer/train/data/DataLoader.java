package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.util.Objects;

/**
 * Turns a data set into epochs of batches, prepared by background threads. The batches and their order are a
 * pure function of (data set, configuration, seed, epoch): the number of threads changes nothing, and a run
 * is resumed by asking for the epoch where it stopped. Immutable; each epoch has threads of its own.
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

  private static final String SHUFFLE = "shuffle";

  private final Builder config;
  private final int batches;

  private DataLoader(Builder config) {
    this.config = new Builder(config);
    int size = config.repeated.epochSize(config.dataset.size());
    int full = size / config.batchSize;
    boolean smaller = config.lastBatch == LastBatch.KEEP && size % config.batchSize != 0;
    this.batches = smaller ? full + 1 : full;
    if (batches == 0) {
      throw new IllegalArgumentException("batch size: expected at most the " + size + " samples of "
          + config.dataset.name() + " when the last incomplete batch is dropped, got " + config.batchSize
          + "; use LastBatch.KEEP or a smaller batch size");
    }
  }

  /**
   * Starts a loader's configuration: shuffled batches of 64, the last one kept, no augmentation, brightness
   * from 0 to 1, one thread, seed 0.
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

  /** Returns the data set. */
  public Dataset dataset() {
    return config.dataset;
  }

  /**
   * Starts to load an epoch; close it after use.
   *
   * @param epoch from 0; decides the shuffling and the augmentation
   * @throws IllegalArgumentException if it is negative
   */
  public Epoch epoch(int epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch: expected at least 0, got " + epoch);
    }
    BatchAssembler assembler = new BatchAssembler(config, epoch);
    return new Epoch(assembler, order(epoch), config.batchSize, batches, config.threads, config.prefetch);
  }

  private int[] order(int epoch) {
    int[] order = new int[config.dataset.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    if (config.order == Order.SHUFFLED) {
      shuffle(order, RandomStream.of(config.seed, SHUFFLE, epoch));
    }
    return config.repeated.apply(order);
  }

  /** Fisher and Yates: each permutation with the same probability. */
  private static void shuffle(int[] order, RandomStream random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  /** Collects a loader's configuration. */
  public static final class Builder {
    final Dataset dataset;
    private int batchSize = DEFAULT_BATCH_SIZE;
    private Order order = Order.SHUFFLED;
    private LastBatch lastBatch = LastBatch.KEEP;
    Augmentation augmentation = Augmentation.none();
    NormalizedAugmentation normalizedAugmentation = NormalizedAugmentation.none();
    Normalization normalization = Normalization.UNIT;
    RepeatedAugmentation repeated = RepeatedAugmentation.NONE;
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
      this.normalizedAugmentation = other.normalizedAugmentation;
      this.normalization = other.normalization;
      this.repeated = other.repeated;
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
