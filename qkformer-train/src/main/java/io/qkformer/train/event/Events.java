package io.qkformer.train.event;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Events of an event camera in memory, in the order of their recording: each a time in microseconds, a pixel and a
 * polarity. Immutable; 13 bytes an event. Made by an {@link EventsBuilder}.
 */
public final class Events implements EventSource {
  /** No events. */
  public static final Events NONE = new EventsBuilder(0).build();

  private final long[] t;
  private final char[] x;
  private final char[] y;
  private final byte[] p;
  private final int from;
  private final int size;

  private Events(long[] t, char[] x, char[] y, byte[] p, int from, int size) {
    this.t = t;
    this.x = x;
    this.y = y;
    this.p = p;
    this.from = from;
    this.size = size;
  }

  /**
   * Returns events that take the arrays over: the caller must not write to them again. For readers, which fill arrays
   * much faster than a builder.
   *
   * @param t times in microseconds
   * @param x columns
   * @param y rows
   * @param p polarities
   * @param size how many of the elements are events
   * @throws IndexOutOfBoundsException if an array has fewer
   */
  public static Events wrap(long[] t, char[] x, char[] y, byte[] p, int size) {
    Objects.checkFromIndexSize(0, size, Math.min(Math.min(t.length, x.length), Math.min(y.length, p.length)));
    return new Events(t, x, y, p, 0, size);
  }

  /**
   * Tells where each event belongs in a frame {@code [H, W, 2]}: channel 0 for polarity 0, channel 1 for the others.
   *
   * @param sensor the frame's height and width
   * @param cells receives an index for each event, up to the first one beyond the sensor
   * @return the first event beyond the sensor, or {@link #size} if there is none
   * @throws IndexOutOfBoundsException if there is no room for all
   */
  public int cells(SensorSize sensor, int[] cells) {
    Objects.checkFromIndexSize(0, size, cells.length);
    int width = sensor.width();
    int height = sensor.height();
    for (int i = 0; i < size; i++) {
      int column = x[from + i];
      int row = y[from + i];
      if (column >= width || row >= height) {
        return i;
      }
      cells[i] = 2 * (row * width + column) + (p[from + i] == 0 ? 0 : 1);
    }
    return size;
  }

  /** Returns the number of events. */
  public int size() {
    return size;
  }

  /** Returns whether there are none. */
  public boolean isEmpty() {
    return size == 0;
  }

  /**
   * Returns the time of an event in microseconds.
   *
   * @throws IndexOutOfBoundsException if there is no such event; so do {@link #x}, {@link #y} and {@link #p}
   */
  public long t(int index) {
    return t[from + Objects.checkIndex(index, size)];
  }

  /** Returns the column of an event. */
  public int x(int index) {
    return x[from + Objects.checkIndex(index, size)];
  }

  /** Returns the row of an event. */
  public int y(int index) {
    return y[from + Objects.checkIndex(index, size)];
  }

  /** Returns the polarity of an event: 0 is one of the two, any other value the other one. */
  public int p(int index) {
    return p[from + Objects.checkIndex(index, size)];
  }

  /**
   * Returns the events {@code first} to {@code end - 1}, without a copy.
   *
   * @throws IndexOutOfBoundsException if that is no range of these events
   */
  public Events slice(int first, int end) {
    Objects.checkFromToIndex(first, end, size);
    return new Events(t, x, y, p, from + first, end - first);
  }

  /** Returns the events with start &lt;= t &lt; end, in their order. */
  public Events between(long start, long end) {
    int first = 0;
    while (first < size && (t(first) < start || t(first) >= end)) {
      first++;
    }
    int last = size;
    while (last > first && (t(last - 1) < start || t(last - 1) >= end)) {
      last--;
    }
    int inside = first;
    while (inside < last && t(inside) >= start && t(inside) < end) {
      inside++;
    }
    if (inside == last) {
      return slice(first, last);
    }
    EventsBuilder chosen = new EventsBuilder(last - first);
    for (int i = first; i < last; i++) {
      if (t(i) >= start && t(i) < end) {
        chosen.add(t(i), x(i), y(i), p(i));
      }
    }
    return chosen.build();
  }

  /** Returns the events in order of time; those of one time stay in their order. */
  public Events sortedByTime() {
    for (int i = 1; i < size; i++) {
      if (t(i) < t(i - 1)) {
        return TimeOrder.sorted(this);
      }
    }
    return this;
  }

  /** Reads these events, all at once. */
  @Override
  public EventReader open() {
    return new EventReader() {
      private boolean given;

      @Override
      public Optional<Events> next() {
        Optional<Events> block = given || isEmpty() ? Optional.empty() : Optional.of(Events.this);
        given = true;
        return block;
      }

      @Override
      public void close() { }
    };
  }

  @Override
  public OptionalLong count() {
    return OptionalLong.of(size);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Events events && size == events.size
        && Arrays.equals(t, from, from + size, events.t, events.from, events.from + size)
        && Arrays.equals(x, from, from + size, events.x, events.from, events.from + size)
        && Arrays.equals(y, from, from + size, events.y, events.from, events.from + size)
        && Arrays.equals(p, from, from + size, events.p, events.from, events.from + size);
  }

  @Override
  public int hashCode() {
    int hash = size;
    for (int i = 0; i < size; i++) {
      hash = 31 * hash + Long.hashCode(t(i));
      hash = 31 * hash + (x(i) << Byte.SIZE) + y(i) + p(i);
    }
    return hash;
  }

  @Override
  public String toString() {
    return isEmpty() ? "Events[none]" : "Events[" + size + ", " + t(0) + " to " + t(size - 1) + " us]";
  }
}
