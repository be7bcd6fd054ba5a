package io.qkformer.train.report;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Progress as lines, not more than one in an interval. */
final class LineTask implements Progress.Task {

  private final TaskLine line;
  private final Consumer<String> sink;
  private final long interval;
  private final LongSupplier clock;
  private final long start;
  private long last;
  private long done;
  private Reading[] latest = {};
  private boolean closed;

  LineTask(TaskLine line, Consumer<String> sink, long intervalNanos, LongSupplier clock) {
    this.line = line;
    this.sink = sink;
    this.interval = intervalNanos;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.last = start;
  }

  @Override
  public void advance(long items, Reading... readings) {
    done += items;
    latest = readings.clone();
    long now = clock.getAsLong();
    // the last one is left to close, lest it come twice
    if (now - last >= interval && done < line.total()) {
      last = now;
      sink.accept(line.underWay(done, now - start, latest));
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      sink.accept(line.ended(done, clock.getAsLong() - start, latest));
    }
  }
}
