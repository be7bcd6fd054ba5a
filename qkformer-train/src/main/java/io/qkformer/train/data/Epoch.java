package io.qkformer.train.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
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
 * One pass over a data set, made by {@link DataLoader#epoch}. Background threads prepare the next batches;
 * they end with the last batch or when the epoch is closed. For one consumer thread. A batch that was handed
 * out is the consumer's to close.
 */
public final class Epoch implements Iterator<Batch>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Epoch.class);
  private static final long IDLE_SECONDS = 10;
  private static final long CLOSE_SECONDS = 5;

  private final BatchAssembler assembler;
  private final int[] order;
  private final int batchSize;
  private final int batches;
  private final int prefetch;
  private final ThreadPoolExecutor workers;
  private final Deque<Future<Batch>> ahead = new ArrayDeque<>();
  private int submitted;
  private int delivered;
  private volatile boolean closed;

  Epoch(BatchAssembler assembler, int[] order, int batchSize, int batches, int threads, int prefetch) {
    this.assembler = assembler;
    this.order = order;
    this.batchSize = batchSize;
    this.batches = batches;
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

  /** Returns the number of batches of the whole epoch. */
  public int batches() {
    return batches;
  }

  @Override
  public boolean hasNext() {
    return !closed && delivered < batches;
  }

  /**
   * Returns the next batch; waits until it is prepared.
   *
   * @throws NoSuchElementException after the last batch
   * @throws UncheckedIOException naming the sample that cannot be read; the epoch is closed then
   * @throws IllegalStateException if the epoch is closed, if a sample's label or size does not fit or its
   *     data set or augmentation failed (the message names it), or if this thread is interrupted
   */
  @Override
  public Batch next() {
    if (closed) {
      throw new IllegalStateException("the epoch is closed");
    }
    if (delivered == batches) {
      throw new NoSuchElementException("the epoch has only " + batches + " batches");
    }
    Batch batch = await(ahead.remove());
    delivered++;
    submitAhead();
    return batch;
  }

  private void submitAhead() {
    while (submitted < batches && submitted - delivered < prefetch) {
      int from = submitted * batchSize;
      int[] indices = Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize));
      ahead.add(workers.submit(() -> assembler.assemble(indices, from, () -> closed)));
      submitted++;
    }
    if (submitted == batches) {
      workers.shutdown();
    }
  }

  private Batch await(Future<Batch> future) {
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
    for (Future<Batch> future : ahead) {
      free(future);
    }
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

  private static void free(Future<Batch> future) {
    if (!future.isDone()) {
      return;
    }
    try {
      future.get().close();
    } catch (ExecutionException | CancellationException e) {
      LOG.debug("an unused batch could not be made: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
