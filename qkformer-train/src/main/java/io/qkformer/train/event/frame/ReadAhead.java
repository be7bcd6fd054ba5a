package io.qkformer.train.event.frame;

import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.Events;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Another source's events, read and decoded by a thread of their own while earlier ones are worked on. What fits into one
 * block is read without it. For one consumer at a time.
 */
final class ReadAhead {
  /** Blocks that wait; each of some hundred kilobytes. */
  private static final int MOST_WAITING = 3;

  private final BlockingQueue<Item> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final EventReader reader;
  private volatile boolean cancelled;

  /** A block, or how the reading ended: well (both null) or not. */
  private record Item(Events block, Throwable failure) { }

  private ReadAhead(EventReader reader) {
    this.reader = reader;
  }

  /**
   * Gives all events to the consumer, in their order, in this thread.
   *
   * @throws IOException if the source cannot be read, or the consumer's own
   * @throws IllegalStateException if this thread is interrupted meanwhile
   */
  static void forEach(EventSource source, EventSource.Consumer consumer) throws IOException {
    try (EventReader reader = source.open()) {
      Optional<Events> first = reader.next();
      if (first.isEmpty()) {
        return;
      }
      Optional<Events> second = reader.next();
      consumer.accept(first.get());
      if (second.isPresent()) {
        consumer.accept(second.get());
        new ReadAhead(reader).run(consumer);
      }
    }
  }

  private void run(EventSource.Consumer consumer) throws IOException {
    Thread thread = new Thread(this::read, "qkformer-events");
    thread.setDaemon(true);
    thread.start();
    try {
      for (Item item = waiting.take(); item.block() != null || item.failure() != null; item = waiting.take()) {
        if (item.failure() != null) {
          rethrow(item.failure());
        }
        consumer.accept(item.block());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading events", e);
    } finally {
      end(thread);
    }
  }

  /** The reader may be closed only when nobody reads. */
  private void end(Thread thread) {
    cancelled = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      waiting.clear();
      try {
        thread.join(1);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    Item item;
    try {
      do {
        item = next();
        waiting.put(item);
      } while (item.block() != null && !cancelled);
    } catch (InterruptedException e) {
      // nobody but the machine's end interrupts this thread
      Thread.currentThread().interrupt();
    }
  }

  private Item next() {
    try {
      return new Item(reader.next().orElse(null), null);
    } catch (IOException | RuntimeException | Error e) {
      return new Item(null, e);
    }
  }

  private static void rethrow(Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    throw (Error) failure;
  }
}
