package io.qkformer.train.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A data set held in memory, so that images are decoded or drawn once instead of once an epoch. It takes
 * {@code H * W * 3} bytes and about 100 more for each sample: 160 MB for the 50,000 images of CIFAR-10.
 */
public final class CachedDataset implements Dataset {
  private final String name;
  private final List<String> classNames;
  private final Sample[] samples;
  private final List<CorruptFile> corruptFiles;

  private CachedDataset(Dataset source, Sample[] samples, List<CorruptFile> corruptFiles) {
    this.name = source.name();
    this.classNames = source.classNames();
    this.samples = samples;
    this.corruptFiles = corruptFiles;
  }

  /**
   * Reads a whole data set, which may be closed afterwards. A sample that cannot be read is fatal.
   *
   * @param threads that read, at least 1
   * @param progress told from time to time how far it has come
   * @throws IOException if a sample cannot be read; then the others are given up
   * @throws IllegalArgumentException if the number of threads is below 1 or the data set is empty
   * @throws IllegalStateException if this thread is interrupted meanwhile
   */
  public static CachedDataset load(Dataset source, int threads, LoadProgress progress) throws IOException {
    return load(source, threads, progress, CorruptFiles.FAIL);
  }

  /**
   * Reads a whole data set, which may be closed afterwards. What is kept, and with {@link CorruptFiles#FAIL} which
   * sample fails, does not depend on the number of threads.
   *
   * @param threads that read, at least 1
   * @param progress told from time to time how far it has come
   * @param policy what becomes of samples that cannot be read; those left out have no index here, the later ones move
   *     up
   * @throws IOException if a sample cannot be read and none may be left out, or too many cannot
   * @throws IllegalArgumentException if the number of threads is below 1 or the data set is empty
   * @throws IllegalStateException if this thread is interrupted meanwhile
   */
  public static CachedDataset load(Dataset source, int threads, LoadProgress progress, CorruptFiles policy)
      throws IOException {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, got " + threads);
    }
    if (source.size() < 1) {
      throw new IllegalArgumentException("data set " + source.name() + " is empty: expected samples");
    }
    CacheLoading loading = new CacheLoading(source, progress, policy);
    Sample[] samples = loading.run(threads);
    List<CorruptFile> corrupt = loading.corrupt();
    CorruptLog log = new CorruptLog(source);
    if (corrupt.size() > log.limit() || corrupt.size() == samples.length) {
      throw log.tooMany(corrupt);
    }
    log.add(corrupt);
    Sample[] kept = corrupt.isEmpty() ? samples
        : Arrays.stream(samples).filter(Objects::nonNull).toArray(Sample[]::new);
    return new CachedDataset(source, kept, corrupt);
  }

  @Override
  public String name() {
    return name;
  }

  /** Returns the number of samples that are held, without those left out. */
  @Override
  public int size() {
    return samples.length;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public Sample get(int index) {
    return samples[Objects.checkIndex(index, samples.length)];
  }

  /** Returns the samples that were left out because they could not be read, by their index in the source. */
  public List<CorruptFile> corruptFiles() {
    return corruptFiles;
  }
}
