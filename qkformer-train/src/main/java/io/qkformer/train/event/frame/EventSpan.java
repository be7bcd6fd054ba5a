package io.qkformer.train.event.frame;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.Events;
import java.io.IOException;

/**
 * How many events there are and when: what has to be known before they can be counted.
 *
 * @param count number of events
 * @param first time of the first one in microseconds; 0 if there is none, so are the others
 * @param last time of the last one
 * @param earliest least time
 * @param latest greatest time
 */
record EventSpan(long count, long first, long last, long earliest, long latest) {
  /** Reads all events once. */
  static EventSpan of(EventSource source) throws IOException {
    Scan scan = new Scan();
    ReadAhead.forEach(source, scan::add);
    return scan.span();
  }

  /** Requires as many events as were announced. */
  void requireCount(long announced) throws DatasetException {
    if (count != announced) {
      throw new DatasetException("expected " + announced + " events, as the file's size or header says, got " + count);
    }
  }

  /** Looks at events block by block. */
  static final class Scan {
    private long count;
    private long first;
    private long last;
    private long earliest = Long.MAX_VALUE;
    private long latest = Long.MIN_VALUE;

    void add(Events block) {
      if (count == 0) {
        first = block.t(0);
      }
      for (int i = 0; i < block.size(); i++) {
        long t = block.t(i);
        earliest = Math.min(earliest, t);
        latest = Math.max(latest, t);
      }
      last = block.t(block.size() - 1);
      count += block.size();
    }

    /** What was seen so far. */
    EventSpan span() throws DatasetException {
      if (count == 0) {
        return new EventSpan(0, 0, 0, 0, 0);
      }
      // an overflow: only broken files span 292,000 years
      if (latest - earliest < 0) {
        throw new DatasetException("times of events: expected less than 2^63 us between them, got " + earliest
            + " to " + latest + " us");
      }
      return new EventSpan(count, first, last, earliest, latest);
    }
  }

  /** Requires that no event lies before the first one, where frames begin with its time. */
  EventSpan requireFirstIsEarliest() throws DatasetException {
    if (earliest < first) {
      throw new DatasetException("events are out of order: expected none before the first one at " + first
          + " us, got one at " + earliest + " us; sort them (Events.sortedByTime) or make frames by number");
    }
    return this;
  }

  /** Time from the first to the last event in file order. */
  long length() {
    return last - first;
  }
}
