package io.qkformer.train.data;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads all samples of a data set. The threads take them in turn; after a failure those before it are still read,
 * since the first in the order is the one to tell of.
 */
final class CacheLoading {
  /** How many samples are read between two reports. */
  private static final int REPORT_EVERY = 256;

  private final Dataset source;
  private final LoadProgress progress;
  private final CorruptFiles policy;
  private final Sample[] samples;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<Integer, CorruptFile> corrupt = new ConcurrentSkipListMap<>();
  private volatile int end;
  private Throwable failure;
  private int loaded;

  CacheLoading(Dataset source, LoadProgress progress, CorruptFiles policy) {
    this.source = source;
    this.progress = progress;
    this.policy = policy;
    this.samples = new Sample[source.size()];
    this.end = samples.length;
  }

  /** Returns the samples, with gaps where they could not be read. */
  Sample[] run(int threads) throws IOException {
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
      fail(-1, e);
      Thread.currentThread().interrupt();
    }
    rethrow();
    return samples;
  }

  /** Returns what could not be read, by index. */
  List<CorruptFile> corrupt() {
    return List.copyOf(corrupt.values());
  }

  private void read() {
    int first = next.getAndAdd(REPORT_EVERY);
    while (first < end) {
      int last = Math.min(samples.length, first + REPORT_EVERY);
      for (int i = first; i < last && i < end; i++) {
        read(i);
      }
      try {
        report(last - first);
      } catch (RuntimeException | Error e) {
        fail(-1, e);
      }
      first = next.getAndAdd(REPORT_EVERY);
    }
  }

  private void read(int index) {
    try {
      samples[index] = source.get(index);
    } catch (IOException e) {
      if (policy == CorruptFiles.SKIP) {
        corrupt.put(index, CorruptFile.of(index, e));
      } else {
        fail(index, e);
      }
    } catch (RuntimeException | Error e) {
      fail(index, e);
    }
  }

  private synchronized void fail(int index, Throwable cause) {
    if (index < end) {
      end = index;
      failure = cause;
    }
  }

  private synchronized void report(int more) {
    loaded += more;
    if (failure == null) {
      progress.loaded(loaded, samples.length);
    }
  }

  private synchronized void rethrow() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure instanceof LoadingStoppedException e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException("loading " + source.name() + " stopped: " + failure, failure);
    }
  }
}
