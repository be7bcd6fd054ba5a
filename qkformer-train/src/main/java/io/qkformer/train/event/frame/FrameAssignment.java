package io.qkformer.train.event.frame;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.Events;
import java.io.IOException;

/** Which frame each event belongs to; asked for one block after the other, from the first on. */
abstract class FrameAssignment {
  private final long frames;

  FrameAssignment(long frames) {
    this.frames = frames;
  }

  /** Number of frames. */
  final long frames() {
    return frames;
  }

  /**
   * The frames of the events of a block.
   *
   * @param first index of the block's first event in the recording
   * @param frames takes the frame of each event
   */
  abstract void assign(Events block, long first, int[] frames);

  static FrameAssignment of(FramesByNumber rule, long count) {
    long each = count / rule.frames();
    // with too few events for all frames, the last frame takes them
    return new Grid(rule.frames(), 0, each) {
      @Override
      void assign(Events block, long first, int[] frames) {
        for (int i = 0; i < block.size(); i++) {
          frames[i] = at(first + i);
        }
      }
    };
  }

  static FrameAssignment of(FramesByTime rule, EventSpan span) throws DatasetException {
    span.requireFirstIsEarliest();
    return byTime(rule.frames(), span.first(), span.length() / rule.frames());
  }

  static FrameAssignment of(FramesByDuration rule, EventSource source, EventSpan span) throws IOException {
    if (span.count() == 0) {
      throw new DatasetException("frames of " + rule.microseconds() + " us: expected at least one event, got none");
    }
    if (rule.grid() == FramesByDuration.Grid.FROM_EVENT) {
      return new FromEvent(FromEvent.count(source, rule.microseconds()), rule.microseconds());
    }
    span.requireFirstIsEarliest();
    long full = span.length() / rule.microseconds();
    long frames = Math.max(1, span.length() % rule.microseconds() == 0 ? full : full + 1);
    return byTime(frames, span.first(), rule.microseconds());
  }

  private static FrameAssignment byTime(long frames, long first, long duration) {
    return new Grid(frames, first, duration) {
      @Override
      void assign(Events block, long index, int[] frames) {
        for (int i = 0; i < block.size(); i++) {
          frames[i] = at(block.t(i));
        }
      }
    };
  }

  /** Frames of the same length in events or time; what lies behind belongs to the last one. */
  private abstract static class Grid extends FrameAssignment {
    private final long first;
    private final long step;
    // the frame of the last call and where it begins and ends: divisions are slow, and neighbours share frames
    private int current;
    private long from;
    private long end;

    Grid(long frames, long first, long step) {
      super(frames);
      this.first = first;
      this.step = step;
      this.from = first;
      this.end = first;
    }

    final int at(long position) {
      if (position < from || position >= end) {
        locate(position);
      }
      return current;
    }

    private void locate(long position) {
      long frame = step == 0 ? frames() - 1 : Math.min(frames() - 1, (position - first) / step);
      current = (int) frame;
      from = first + frame * step;
      end = frame == frames() - 1 ? Long.MAX_VALUE : from + step;
    }
  }

  /** Frames that begin with an event. */
  private static final class FromEvent extends FrameAssignment {
    private final long duration;
    private int current = -1;
    private long start;

    FromEvent(long frames, long duration) {
      super(frames);
      this.duration = duration;
    }

    static long count(EventSource source, long duration) throws IOException {
      FromEvent counter = new FromEvent(0, duration);
      ReadAhead.forEach(source, block -> counter.assign(block, 0, new int[block.size()]));
      return counter.current + 1L;
    }

    @Override
    void assign(Events block, long first, int[] frames) {
      for (int i = 0; i < block.size(); i++) {
        long t = block.t(i);
        if (current < 0 || t - start > duration) {
          current++;
          start = t;
        }
        frames[i] = current;
      }
    }
  }
}
