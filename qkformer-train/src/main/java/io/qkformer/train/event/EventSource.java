package io.qkformer.train.event;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Events that can be read any number of times: in memory, or in a file of any size. */
@FunctionalInterface
public interface EventSource {
  /** Takes the events block by block. */
  @FunctionalInterface
  interface Consumer {
    /** Takes the next events. */
    void accept(Events block) throws IOException;
  }

  /** Starts to read; close the reader after use. */
  EventReader open() throws IOException;

  /** Gives all events to the consumer, in bounded memory. */
  default void forEach(Consumer consumer) throws IOException {
    try (EventReader reader = open()) {
      for (Optional<Events> block = reader.next(); block.isPresent(); block = reader.next()) {
        consumer.accept(block.get());
      }
    }
  }

  /**
   * Returns how many events there are, where that is known without reading them; then frames of as many events each need
   * a single pass.
   *
   * @throws IOException as {@link #open}
   */
  default OptionalLong count() throws IOException {
    return OptionalLong.empty();
  }

  /**
   * Returns all events in memory.
   *
   * @throws IllegalStateException if there are more than {@link EventsBuilder#MOST}
   */
  default Events readAll() throws IOException {
    EventsBuilder all = new EventsBuilder(0);
    forEach(all::addAll);
    return all.build();
  }

  /**
   * Returns the same events as a source that is cheap to read several times: this one, unless its events are computed
   * anew each time, as those of a simulation.
   */
  default EventSource rereadable() throws IOException {
    return this;
  }

  /** Returns those with start &lt;= t &lt; end, in microseconds, read from this source whenever they are needed. */
  default EventSource between(long start, long end) {
    EventSource whole = this;
    return () -> new EventReader() {
      private final EventReader reader = whole.open();

      @Override
      public Optional<Events> next() throws IOException {
        Optional<Events> inside = reader.next().map(block -> block.between(start, end));
        while (inside.isPresent() && inside.get().isEmpty()) {
          inside = reader.next().map(block -> block.between(start, end));
        }
        return inside;
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }
}
