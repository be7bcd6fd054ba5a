package io.qkformer.train.event.format;

import io.qkformer.train.event.Events;

/** Checks events that are to be written into a format, and counts them for messages. */
final class WrittenEvents {
  private final String format;
  private final int greatestCoordinate;
  private final long earliest;
  private final long latest;
  private long count;

  WrittenEvents(String format, int greatestCoordinate, long earliest, long latest) {
    this.format = format;
    this.greatestCoordinate = greatestCoordinate;
    this.earliest = earliest;
    this.latest = latest;
  }

  /** Requires that the format can hold an event; polarities are 0 and 1. */
  void check(Events events, int index) {
    require("t", events.t(index), earliest, latest);
    require("x", events.x(index), 0, greatestCoordinate);
    require("y", events.y(index), 0, greatestCoordinate);
    require("p", events.p(index), 0, 1);
    count++;
  }

  /** Requires that a value of the current event lies in a range. */
  void require(String field, long value, long least, long greatest) {
    if (value < least || value > greatest) {
      throw new IllegalArgumentException("event " + count + " cannot be written as " + format + ": expected " + field
          + " from " + least + " to " + greatest + ", got " + value);
    }
  }
}
