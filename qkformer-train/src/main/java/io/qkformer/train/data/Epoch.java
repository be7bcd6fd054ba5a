package io.qkformer.train.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over a data set, or its rest from some batch on, made by {@link DataLoader#epoch}. Background threads
 * prepare the next batches; they end with the last batch or when the epoch is closed. For one consumer thread. A batch
 * that was handed out is the consumer's to close.
 */
public final class Epoch implements Iterator<Batch>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Epoch.class);
  private static final long IDLE_SECONDS = 10;
  private static final long CLOSE_SECONDS = 5;

  private final BatchAssembler<?> assembler;
  private final CorruptLog corruptLog;
  private final Extent extent;
  private final int prefetch;
  private final ThreadPoolExecutor workers;
  private final Deque<Future<AssembledBatch>> ahead = new ArrayDeque<>();
  private int submitted;
  private int delivered;
  private long waitedNanos;
  private volatile boolean closed;

  /** Where an epoch starts, and its whole number of batches and samples. */
  record Extent(int firstBatch, int batches, int samples) { }

  Epoch(BatchAssembler<?> assembler, CorruptLog corruptLog, Extent extent, int threads, int prefetch) {
    this.assembler = assembler;
    this.corruptLog = corruptLog;
    this.extent = extent;
    this.submitted = extent.firstBatch();
    this.delivered = extent.firstBatch();
    this.prefetch = prefetch;
    this.workers = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(), Epoch::daemon);
    // an epoch that is neither finished nor closed shall not keep its threads
    workers.allowCoreThreadTimeOut(true);
    submitAhead();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "qkformer-loader");
    thread.setDaemon(true);
    return thread;
  }

  /** Returns the number of batches of the whole epoch, wherever this pass began. */
  public int batches() {
    return extent.batches();
  }

  /**
   * Returns the number of samples of the whole epoch, wherever this pass began: repeats are counted, those of a
   * dropped batch are not.
   */
  public int size() {
    return extent.samples();
  }

  /**
   * Returns for how long {@link #next} has waited so far because the batch was not ready, in nanoseconds. The first
   * batch is always waited for; beyond it this is what more threads could save.
   */
  public long waitedNanos() {
    return waitedNanos;
  }

  @Override
  public boolean hasNext() {
    return !closed && delivered < extent.batches();
  }

  /**
   * Returns the next batch; waits until it is prepared.
   *
   * @throws NoSuchElementException after the last batch
   * @throws UncheckedIOException naming the sample that cannot be read, or the first ones of too many that cannot; the
   *     epoch is closed then
   * @throws IllegalStateException if the epoch is closed, if a sample's size does not fit or its data set or an
   *     augmentation failed (the message names it), or if this thread is interrupted
   */
  @Override
  public Batch next() {
    if (closed) {
      throw new IllegalStateException("the epoch is closed");
    }
    if (delivered == extent.batches()) {
      throw new NoSuchElementException("the epoch has only " + extent.batches() + " batches");
    }
    AssembledBatch made = await(ahead.remove());
    try {
      corruptLog.add(made.corrupt());
    } catch (DatasetException e) {
      made.batch().close();
      close();
      throw new UncheckedIOException(e.getMessage(), e);
    }
    delivered++;
    submitAhead();
    return made.batch();
  }

  private void submitAhead() {
    while (submitted < extent.batches() && submitted - delivered < prefetch) {
      int number = submitted++;
      ahead.add(workers.submit(() -> assembler.assemble(number, () -> closed)));
    }
    if (submitted == extent.batches()) {
      workers.shutdown();
    }
  }

  private AssembledBatch await(Future<AssembledBatch> future) {
    long start = System.nanoTime();
    try {
      return future.get();
    } catch (InterruptedException e) {
      // an interrupted thread does not wait for the workers in close()
      Thread.currentThread().interrupt();
      close();
      throw new IllegalStateException("interrupted while waiting for batch " + delivered, e);
    } catch (ExecutionException e) {
      close();
      throw unwrapped(e.getCause());
    } finally {
      waitedNanos += System.nanoTime() - start;
    }
  }

  private static RuntimeException unwrapped(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof IOException io) {
      return new UncheckedIOException(io.getMessage(), io);
    }
    return new IllegalStateException(cause.getMessage(), cause);
  }

  /**
   * Stops the threads and frees the batches that were not handed out. A thread finishes the sample that it is
   * at: after this call none touches the data set. Only if this thread is interrupted, or reading a sample
   * takes longer than 5 seconds, the call returns before. Closing again does nothing.
   */
  @Override
  public void close() {
    closed = true;
    // no interrupt: that would close a FileChannel which the data set may share between its threads
    workers.getQueue().clear();
    workers.shutdown();
    awaitWorkers();
    ahead.forEach(Epoch::free);
    ahead.clear();
  }

  private void awaitWorkers() {
    try {
      if (!workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("closed an epoch while a thread still reads a sample after {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void free(Future<AssembledBatch> future) {
    if (!future.isDone()) {
      return;
    }
    try {
      future.get().batch().close();
    } catch (ExecutionException | CancellationException e) {
      LOG.debug("an unused batch could not be made: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
