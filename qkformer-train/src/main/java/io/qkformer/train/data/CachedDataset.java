package io.qkformer.train.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A data set held in memory, so that images are decoded or drawn once instead of once an epoch. It takes
 * {@code H * W * 3} bytes and about 100 more for each sample: 160 MB for the 50,000 images of CIFAR-10.
 */
public final class CachedDataset implements Dataset {
  /** How many samples are read between two reports. */
  private static final int REPORT_EVERY = 256;

  private final String name;
  private final List<String> classNames;
  private final Sample[] samples;

  private CachedDataset(Dataset source, Sample[] samples) {
    this.name = source.name();
    this.classNames = source.classNames();
    this.samples = samples;
  }

  /**
   * Reads a whole data set, which may be closed afterwards.
   *
   * @param threads that read, at least 1
   * @param progress told from time to time how far it has come
   * @throws IOException if a sample cannot be read; then the others are given up
   * @throws IllegalArgumentException if the number of threads is below 1 or the data set is empty
   * @throws IllegalStateException if this thread is interrupted meanwhile
   */
  public static CachedDataset load(Dataset source, int threads, LoadProgress progress) throws IOException {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, got " + threads);
    }
    if (source.size() < 1) {
      throw new IllegalArgumentException("data set " + source.name() + " is empty: expected samples");
    }
    Loading loading = new Loading(source, progress);
    loading.run(threads);
    return new CachedDataset(source, loading.samples);
  }

  @Override
  public String name() {
    return name;
  }

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

  /** The threads take the samples in turn; the first failure stops all of them. */
  private static final class Loading {
    private final Dataset source;
    private final LoadProgress progress;
    private final Sample[] samples;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int loaded;

    Loading(Dataset source, LoadProgress progress) {
      this.source = source;
      this.progress = progress;
      this.samples = new Sample[source.size()];
    }

    void run(int threads) throws IOException {
      Thread[] workers = new Thread[threads];
      for (int i = 0; i < threads; i++) {
        workers[i] = new Thread(this::read, "qkformer-cache-" + i);
        workers[i].setDaemon(true);
        workers[i].start();
      }
      try {
        for (Thread worker : workers) {
          worker.join();
        }
      } catch (InterruptedException e) {
        failure.compareAndSet(null, e);
        Thread.currentThread().interrupt();
      }
      rethrow(failure.get());
    }

    private void read() {
      try {
        int first = next.getAndAdd(REPORT_EVERY);
        while (first < samples.length && failure.get() == null) {
          int end = Math.min(samples.length, first + REPORT_EVERY);
          for (int i = first; i < end && failure.get() == null; i++) {
            samples[i] = source.get(i);
          }
          report(end - first);
          first = next.getAndAdd(REPORT_EVERY);
        }
      } catch (IOException | RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      }
    }

    private synchronized void report(int more) {
      loaded += more;
      if (failure.get() == null) {
        progress.loaded(loaded, samples.length);
      }
    }

    private void rethrow(Throwable cause) throws IOException {
      if (cause instanceof IOException e) {
        throw e;
      }
      if (cause instanceof Error e) {
        throw e;
      }
      if (cause != null) {
        throw new IllegalStateException("loading " + source.name() + " stopped: " + cause, cause);
      }
    }
  }
}
