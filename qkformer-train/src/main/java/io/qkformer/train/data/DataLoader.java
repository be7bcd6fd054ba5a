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

  private final SampleKind<?> kind;
  private final LoaderBuilder.Settings settings;
  private final CorruptLog corruptLog;
  private final int batches;
  private final int samples;

  DataLoader(SampleKind<?> kind, LoaderBuilder.Settings settings) {
    this.kind = kind;
    this.settings = settings;
    this.corruptLog = new CorruptLog(kind.source());
    int size = settings.repeated().epochSize(kind.source().size());
    int full = size / settings.batchSize();
    boolean smaller = settings.lastBatch() == LastBatch.KEEP && size % settings.batchSize() != 0;
    this.batches = smaller ? full + 1 : full;
    this.samples = settings.lastBatch() == LastBatch.KEEP ? size : full * settings.batchSize();
    if (batches == 0) {
      throw new IllegalArgumentException("batch size: expected at most the " + size + " samples of "
          + kind.source().name() + " when the last incomplete batch is dropped, got " + settings.batchSize()
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

  /**
   * Starts the configuration of a loader of clips, with the same defaults.
   *
   * @throws IllegalArgumentException if the data set is empty or has no classes
   */
  public static ClipBuilder builder(ClipDataset dataset) {
    return new ClipBuilder(dataset);
  }

  /** Returns the number of batches in an epoch. */
  public int batches() {
    return batches;
  }

  /** Returns the number of samples in an epoch: repeats are counted, those of a dropped batch are not. */
  public int samples() {
    return samples;
  }

  /** Returns the data set, which is a {@link Dataset} or a {@link ClipDataset}. */
  public SampleSource dataset() {
    return kind.source();
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
    BatchAssembler<?> assembler = new BatchAssembler<>(kind, settings, corruptLog, epoch, samples);
    return new Epoch(assembler, corruptLog, new Epoch.Extent(firstBatch, batches, samples), settings.threads(),
        settings.prefetch());
  }

  /**
   * Returns a batch of samples that are spread evenly over the data set, as {@link EvenSubset} takes them: of data that
   * lies by class, about as many of each class. They are changed as in epoch 0. To be closed after use.
   *
   * @param most how many, at least 1; fewer where a batch or the data set has fewer
   * @throws IllegalArgumentException if it is less than 1
   * @throws java.io.UncheckedIOException naming a sample that cannot be read
   */
  public Batch evenly(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("samples of a batch: expected at least 1, got " + most);
    }
    int all = kind.source().size();
    int count = Math.min(most, Math.min(settings.batchSize(), all));
    BatchAssembler<?> assembler = new BatchAssembler<>(kind, settings, corruptLog, 0, count,
        EpochOrder.even(all, count));
    try (Epoch one = new Epoch(assembler, corruptLog, new Epoch.Extent(0, 1, count), 1, 1)) {
      return one.next();
    }
  }

  /** Collects the configuration of a loader of images. */
  public static final class Builder extends LoaderBuilder<Builder> {
    private final Dataset dataset;
    private Augmentation augmentation = Augmentation.none();
    private BatchAugmentation batchAugmentation = BatchAugmentation.none();
    private NormalizedAugmentation normalizedAugmentation = NormalizedAugmentation.none();
    private Normalization normalization = Normalization.UNIT;

    private Builder(Dataset dataset) {
      super(dataset);
      this.dataset = dataset;
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

    /** Sets how bytes become numbers. */
    public Builder normalization(Normalization normalization) {
      this.normalization = Objects.requireNonNull(normalization, "normalization");
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    SampleKind<?> kind() {
      return new ImageKind(dataset, augmentation, batchAugmentation, normalizedAugmentation, normalization);
    }
  }

  /** Collects the configuration of a loader of clips: batches of {@code [T, B, H, W, C]}, values as they are. */
  public static final class ClipBuilder extends LoaderBuilder<ClipBuilder> {
    private final ClipDataset dataset;
    private ClipAugmentation augmentation = ClipAugmentation.none();

    private ClipBuilder(ClipDataset dataset) {
      super(dataset);
      this.dataset = dataset;
    }

    /** Sets the change that each clip goes through, drawn from (seed, epoch, sample). */
    public ClipBuilder augmentation(ClipAugmentation augmentation) {
      this.augmentation = Objects.requireNonNull(augmentation, "augmentation");
      return this;
    }

    @Override
    ClipBuilder self() {
      return this;
    }

    @Override
    SampleKind<?> kind() {
      return new ClipKind(dataset, augmentation);
    }
  }
}
