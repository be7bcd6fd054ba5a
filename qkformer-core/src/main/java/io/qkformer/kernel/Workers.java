package io.qkformer.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of the kernels. Work is split into chunks by its shape alone and each chunk writes its own place, so
 * results do not depend on the number of threads.
 */
public final class Workers implements AutoCloseable {

  /** The work on one chunk. */
  @FunctionalInterface
  public interface Task {
    /** Does chunk number {@code chunk}, with memory that belongs to the running thread. */
    void run(int chunk, Scratch scratch);
  }

  private final int threads;
  private final ExecutorService executor;
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  /**
   * Starts daemon threads; the caller of {@link #forEach} works as one of them.
   *
   * @throws IllegalArgumentException when {@code threads} is below 1
   */
  public Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
    this.threads = threads;
    this.executor = threads == 1 ? null : Executors.newFixedThreadPool(threads - 1, runnable -> {
      Thread thread = new Thread(runnable, "qkformer-kernel");
      thread.setDaemon(true);
      return thread;
    });
  }

  /** The number of threads that work at a time. */
  public int threads() {
    return threads;
  }

  /** Runs the task for each chunk 0..chunks-1 and returns when all are done; a task's exception is thrown here. */
  public void forEach(int chunks, Task task) {
    int helpers = Math.min(threads, chunks) - 1;
    if (helpers <= 0) {
      Scratch own = scratch.get();
      for (int chunk = 0; chunk < chunks; chunk++) {
        task.run(chunk, own);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    Runnable drain = () -> {
      Scratch own = scratch.get();
      for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
        task.run(chunk, own);
      }
    };
    List<Future<?>> futures = new ArrayList<>(helpers);
    for (int i = 0; i < helpers; i++) {
      futures.add(executor.submit(drain));
    }
    Throwable failure = null;
    try {
      drain.run();
    } catch (RuntimeException | Error e) {
      failure = e;
      next.set(chunks);
    }
    for (Future<?> future : futures) {
      failure = join(failure, await(future));
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  /** Runs the task for ranges of about {@code grain} of {@code count} items. */
  public void forRanges(long count, long grain, RangeTask task) {
    long size = Math.max(1, grain);
    int chunks = Math.toIntExact((count + size - 1) / size);
    forEach(chunks, (chunk, own) -> task.run(chunk * size, Math.min(count, (chunk + 1) * size), own));
  }

  /** The work on one range of items. */
  @FunctionalInterface
  public interface RangeTask {
    /** Does the items [from, to). */
    void run(long from, long to, Scratch scratch);
  }

  /**
   * Waits to the end, interrupted or not: a task that still ran would write into memory that others use by then.
   *
   * @return what ended it early, or null
   */
  private static Throwable await(Future<?> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          future.get();
          return null;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return e.getCause();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Throwable join(Throwable first, Throwable second) {
    if (first == null) {
      return second;
    }
    if (second != null && second != first) {
      first.addSuppressed(second);
    }
    return first;
  }

  @Override
  public void close() {
    if (executor != null) {
      executor.shutdown();
    }
  }
}
