package io.qkformer.train.event.dataset;

import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.event.format.ClipArchive;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the clips of a data set in their order, some ahead of the one that is asked for. For one consumer thread. */
final class ClipsAhead implements ClipArchive.Clips, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClipsAhead.class);
  private static final long CLOSE_SECONDS = 10;

  private final ClipDataset source;
  private final ExecutorService workers;
  private final int most;
  private final Deque<Future<Clip>> ahead = new ArrayDeque<>();
  private int submitted;

  ClipsAhead(ClipDataset source, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, got " + threads);
    }
    this.source = source;
    this.most = 2 * threads;
    this.workers = Executors.newFixedThreadPool(threads, work -> {
      Thread thread = new Thread(work, "qkformer-frames");
      thread.setDaemon(true);
      return thread;
    });
  }

  /** Returns the next clip; to be asked for all in order. */
  @Override
  public Clip get(int index) throws IOException {
    while (submitted < source.size() && ahead.size() < most) {
      int number = submitted++;
      ahead.add(workers.submit(() -> source.get(number).clip()));
    }
    try {
      return ahead.remove().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while making the frames of " + source.name(), e);
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    }
  }

  private static IOException unwrapped(Throwable cause) {
    if (cause instanceof IOException io) {
      return io;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) cause;
  }

  /** Gives up what was not asked for; after this call no thread touches the data set. */
  @Override
  public void close() {
    // no interrupt: that would close a FileChannel which the data set may share between its threads
    ahead.forEach(clip -> clip.cancel(false));
    workers.shutdown();
    try {
      if (!workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("gave up making frames while a thread still makes some after {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
