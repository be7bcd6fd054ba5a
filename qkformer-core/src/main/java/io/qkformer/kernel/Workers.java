package io.qkformer.kernel;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of the kernels. Work is split into chunks by its shape alone and each chunk writes its own place, so
 * results do not depend on the number of threads.
 *
 * <p>Between two calls a thread looks out for work for up to a millisecond before it sleeps: a network makes a few hundred
 * calls in a row, and waking a thread takes as long as a small layer.
 */
public final class Workers implements AutoCloseable {

  /** The work on one chunk. */
  @FunctionalInterface
  public interface Task {
    /** Does chunk number {@code chunk}, with memory that belongs to the running thread. */
    void run(int chunk, Scratch scratch);
  }

  /** How long a thread looks out before it sleeps, in nanoseconds: longer than what lies between most calls. */
  private static final long LOOKOUT = 1_000_000;
  /** How long of it the thread keeps its processor to itself. */
  private static final long ALONE = 50_000;
  /** Partial sums that a task of {@link #forColumns} merges. */
  private static final int MERGED = 1 << 12;

  /** One call of {@link #forEach}. */
  private static final class Job {
    /** Added to {@link #inside} when nobody may come in any more. */
    private static final int CLOSED = Integer.MIN_VALUE;

    final int chunks;
    final AtomicInteger next = new AtomicInteger();
    final Thread caller = Thread.currentThread();
    /** Helpers that work on this job now. */
    private final AtomicInteger inside = new AtomicInteger();
    private Task task;
    private Throwable failure;

    Job(int chunks, Task task) {
      this.chunks = chunks;
      this.task = task;
    }

    boolean enter() {
      int count = inside.get();
      while (count >= 0) {
        if (inside.compareAndSet(count, count + 1)) {
          return true;
        }
        count = inside.get();
      }
      return false;
    }

    void leave() {
      if (inside.decrementAndGet() == CLOSED) {
        LockSupport.unpark(caller);
      }
    }

    /** Lets nobody in any more and waits for those inside, interrupted or not: they write into others' memory. */
    void finish() {
      inside.addAndGet(CLOSED);
      boolean interrupted = false;
      long start = System.nanoTime();
      while (inside.get() != CLOSED) {
        if (!lookOut(System.nanoTime() - start)) {
          LockSupport.park(this);
          interrupted |= Thread.interrupted();
        }
      }
      // helpers remember the job, and need not keep alive what it worked on
      task = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    void drain(Scratch scratch) {
      try {
        for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
          task.run(chunk, scratch);
        }
      } catch (RuntimeException | Error e) {
        next.set(chunks);
        fail(e);
      }
    }

    private synchronized void fail(Throwable e) {
      if (failure == null) {
        failure = e;
      } else if (failure != e) {
        failure.addSuppressed(e);
      }
    }

    synchronized void rethrow() {
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw (RuntimeException) failure;
      }
    }
  }

  private final int threads;
  private final Thread[] helpers;
  private final Semaphore free = new Semaphore(1);
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private volatile Job job;
  private volatile boolean closed;

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
    this.helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Thread(this::help, "qkformer-kernel-" + (i + 1));
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
  }

  /** The number of threads that work at a time. */
  public int threads() {
    return threads;
  }

  private void help() {
    Job last = null;
    while (true) {
      Job next = await(last);
      if (next == null) {
        return;
      }
      last = next;
      if (next.enter()) {
        next.drain(scratch.get());
        next.leave();
      }
    }
  }

  /** Waits a moment more, or returns false after so many nanoseconds that it is time to sleep. */
  private static boolean lookOut(long waited) {
    if (waited >= LOOKOUT) {
      return false;
    }
    if (waited < ALONE) {
      Thread.onSpinWait();
    } else {
      // whoever else wants the processor has it
      Thread.yield();
    }
    return true;
  }

  /** Waits for another job; null when there will be none. */
  private Job await(Job last) {
    long start = System.nanoTime();
    while (true) {
      Job now = job;
      if (now != last && now != null) {
        return now;
      }
      if (closed) {
        return null;
      }
      if (!lookOut(System.nanoTime() - start)) {
        LockSupport.park(this);
      }
    }
  }

  /** The calling thread's memory, which its tasks have too: what a caller keeps in a slot, its tasks must not ask for. */
  Scratch scratch() {
    return scratch.get();
  }

  /**
   * Runs the task for each chunk 0..chunks-1 and returns when all are done; a task's exception is thrown here. Called
   * from several threads at a time, or from a task, one call has the helpers and the others do their work alone.
   */
  public void forEach(int chunks, Task task) {
    if (chunks <= 1 || helpers.length == 0 || !free.tryAcquire()) {
      Scratch own = scratch.get();
      for (int chunk = 0; chunk < chunks; chunk++) {
        task.run(chunk, own);
      }
      return;
    }
    try {
      Job mine = new Job(chunks, task);
      job = mine;
      for (Thread helper : helpers) {
        LockSupport.unpark(helper);
      }
      mine.drain(scratch.get());
      mine.finish();
      mine.rethrow();
    } finally {
      free.release();
    }
  }

  /**
   * How many items to give to {@link #forRanges} at a time so that all threads finish together; for work whose results
   * do not depend on where it is cut.
   *
   * @param unit what the grain shall be a multiple of
   * @param most the largest grain; it will be at least half of that
   */
  public int evenGrain(long count, int unit, int most) {
    int best = most;
    for (int grain = most / unit * unit; grain >= Math.max(unit, most / 2); grain -= unit) {
      if (longest(count, grain) < longest(count, best)) {
        best = grain;
      }
    }
    return best;
  }

  /** Items of the thread that has the most of them. */
  private long longest(long count, int grain) {
    long chunks = (count + grain - 1) / grain;
    return (chunks + threads - 1) / threads * grain;
  }

  /**
   * Into how many parts, at most so many, work is cut whose results depend on where: a power of 2, so that no thread of two or
   * four waits while another has one more.
   */
  public static int evenParts(long most) {
    return Math.toIntExact(Long.highestOneBit(Math.max(1, most)));
  }

  /**
   * Runs the task for ranges of columns, each of which it merges from partial sums.
   *
   * @param partials how many these are, at least 1
   */
  public void forColumns(int columns, int partials, RangeTask task) {
    forRanges(columns, MERGED / partials, task);
  }

  /** Runs the task for ranges of about {@code grain} of {@code count} items. */
  public void forRanges(long count, long grain, RangeTask task) {
    Tasks.ofRanges(count, grain, task).run(this);
  }

  /** The work on one range of items. */
  @FunctionalInterface
  public interface RangeTask {
    /** Does the items [from, to). */
    void run(long from, long to, Scratch scratch);
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
