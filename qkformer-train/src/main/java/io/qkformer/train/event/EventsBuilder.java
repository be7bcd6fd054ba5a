package io.qkformer.train.event;

import java.util.Arrays;

/** Collects {@link Events} one by one. For one thread. */
public final class EventsBuilder {
  /** The most events that are held in memory at once (1.7 GB); more are read block by block. */
  public static final int MOST = 1 << 27;

  private static final int SMALLEST = 16;

  private long[] t;
  private char[] x;
  private char[] y;
  private byte[] p;
  private int size;

  /**
   * Creates one with room for so many events; it grows as needed.
   *
   * @throws IllegalArgumentException if it is not from 0 to {@link #MOST}
   */
  public EventsBuilder(int capacity) {
    if (capacity < 0 || capacity > MOST) {
      throw new IllegalArgumentException("capacity: expected 0 to " + MOST + " events, got " + capacity);
    }
    t = new long[capacity];
    x = new char[capacity];
    y = new char[capacity];
    p = new byte[capacity];
  }

  /**
   * Adds an event.
   *
   * @param t in microseconds
   * @param x column, 0 to 65,535
   * @param y row, 0 to 65,535
   * @param p polarity, -128 to 127; 0 is one of the two, any other value the other
   * @throws IllegalArgumentException if a value is out of range
   * @throws IllegalStateException if there are {@link #MOST} already
   */
  public EventsBuilder add(long t, int x, int y, int p) {
    if ((char) x != x || (char) y != y || (byte) p != p) {
      throw new IllegalArgumentException("event: expected x and y of 0 to 65535 and p of -128 to 127, got x=" + x
          + ", y=" + y + ", p=" + p);
    }
    if (size == this.t.length) {
      grow(Math.max(SMALLEST, size + (size >> 1)));
    }
    this.t[size] = t;
    this.x[size] = (char) x;
    this.y[size] = (char) y;
    this.p[size] = (byte) p;
    size++;
    return this;
  }

  /**
   * Adds all of these.
   *
   * @throws IllegalStateException if they would be more than {@link #MOST}
   */
  public EventsBuilder addAll(Events events) {
    if (events.size() > MOST - size) {
      throw tooMany();
    }
    if (size + events.size() > t.length) {
      grow(Math.max(size + events.size(), size + (size >> 1)));
    }
    for (int i = 0; i < events.size(); i++) {
      add(events.t(i), events.x(i), events.y(i), events.p(i));
    }
    return this;
  }

  /** Returns the number of events so far. */
  public int size() {
    return size;
  }

  private void grow(int wanted) {
    if (size == MOST) {
      throw tooMany();
    }
    int capacity = Math.min(MOST, wanted);
    t = Arrays.copyOf(t, capacity);
    x = Arrays.copyOf(x, capacity);
    y = Arrays.copyOf(y, capacity);
    p = Arrays.copyOf(p, capacity);
  }

  private static IllegalStateException tooMany() {
    return new IllegalStateException("expected at most " + MOST + " events in memory, got more; read them block by"
        + " block with EventSource.open()");
  }

  /** Returns the events; the builder must not be used any more. */
  public Events build() {
    Events events = Events.wrap(t, x, y, p, size);
    t = null;
    return events;
  }
}
