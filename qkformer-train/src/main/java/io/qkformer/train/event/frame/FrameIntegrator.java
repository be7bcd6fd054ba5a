package io.qkformer.train.event.frame;

import io.qkformer.train.data.Clip;
import io.qkformer.train.data.DatasetException;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Makes frames of events, {@code [T, H, W, C = 2]}: how many events of polarity 0 (channel 0) and of the others
 * (channel 1) each pixel had. The source is read two or three times, or once
 * where the number of events decides and is known, never held in memory. Source: SpikingJelly,
 * {@code integrate_events_by_fixed_frames_number} and {@code ..._by_fixed_duration}, there with channels first.
 */
public final class FrameIntegrator {
  /** One channel per polarity. */
  public static final int CHANNELS = 2;
  /** The most values of a clip, 2^26 (256 MB of floats): what a tiny duration asks for is refused instead. */
  public static final int MOST_VALUES = 1 << 26;

  private FrameIntegrator() { }

  /**
   * Makes the frames.
   *
   * @throws DatasetException if an event lies beyond the sensor, if an event precedes the first one where frames begin
   *     with its time, if there are no events where their times decide the number of frames, or if that number makes a
   *     clip of more than {@link #MOST_VALUES}
   * @throws IOException if the source cannot be read
   */
  public static Clip integrate(EventSource source, SensorSize sensor, FrameRule rule) throws IOException {
    if (rule instanceof FramesByNumber number) {
      OptionalLong count = source.count();
      if (count.isPresent()) {
        return inOnePass(source, sensor, number, count.getAsLong());
      }
    }
    EventSpan span = EventSpan.of(source);
    if (rule instanceof VoxelGrid grid) {
      return voxels(source, sensor, grid, span);
    }
    return counts(source, sensor, assignment(rule, source, span), block -> { });
  }

  /** The times, which the frames do not need, are looked at too, so that broken ones are the error that they always are. */
  private static Clip inOnePass(EventSource source, SensorSize sensor, FramesByNumber rule, long count)
      throws IOException {
    EventSpan.Scan scan = new EventSpan.Scan();
    Clip clip = counts(source, sensor, FrameAssignment.of(rule, count), scan::add);
    scan.span().requireCount(count);
    return clip;
  }

  private static Clip counts(EventSource source, SensorSize sensor, FrameAssignment assignment,
      EventSource.Consumer onlooker) throws IOException {
    int frames = requireFrames(assignment.frames(), sensor);
    int[] counts = new int[Clip.size(frames, sensor.height(), sensor.width(), CHANNELS)];
    long[] index = {0};
    ReadAhead.forEach(source, block -> {
      onlooker.accept(block);
      count(block, index[0], assignment, sensor, counts);
      index[0] += block.size();
    });
    float[] values = new float[counts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = counts[i];
    }
    return Clip.wrap(frames, sensor.height(), sensor.width(), CHANNELS, values);
  }

  private static FrameAssignment assignment(FrameRule rule, EventSource source, EventSpan span) throws IOException {
    if (rule instanceof FramesByNumber number) {
      return FrameAssignment.of(number, span.count());
    }
    if (rule instanceof FramesByTime time) {
      return FrameAssignment.of(time, span);
    }
    return FrameAssignment.of((FramesByDuration) rule, source, span);
  }

  private static void count(Events block, long first, FrameAssignment assignment, SensorSize sensor, int[] counts)
      throws IOException {
    int size = block.size();
    int[] frames = new int[size];
    int[] cells = new int[size];
    assignment.assign(block, first, frames);
    int inside = block.cells(sensor, cells);
    if (inside < size) {
      throw noPixel(sensor, first + inside, block.x(inside), block.y(inside));
    }
    int frameCells = sensor.height() * sensor.width() * CHANNELS;
    for (int i = 0; i < size; i++) {
      counts[frames[i] * frameCells + cells[i]]++;
    }
  }

  private static Clip voxels(EventSource source, SensorSize sensor, VoxelGrid rule, EventSpan span)
      throws IOException {
    int frames = requireFrames(rule.frames(), sensor);
    double[] sums = new double[Clip.size(frames, sensor.height(), sensor.width(), CHANNELS)];
    int frameValues = sums.length / frames;
    double scale = span.latest() == span.earliest() ? 0
        : (frames - 1) / (double) (span.latest() - span.earliest());
    long[] index = {0};
    ReadAhead.forEach(source, block -> {
      for (int i = 0; i < block.size(); i++, index[0]++) {
        if (!sensor.contains(block.x(i), block.y(i))) {
          throw noPixel(sensor, index[0], block.x(i), block.y(i));
        }
        double position = Math.min((block.t(i) - span.earliest()) * scale, frames - 1);
        int frame = (int) position;
        int at = frame * frameValues + (block.y(i) * sensor.width() + block.x(i)) * CHANNELS
            + (block.p(i) == 0 ? 0 : 1);
        double later = position - frame;
        sums[at] += 1 - later;
        if (later > 0 && frame < frames - 1) {
          sums[at + frameValues] += later;
        }
      }
    });
    float[] values = new float[sums.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) sums[i];
    }
    return Clip.wrap(frames, sensor.height(), sensor.width(), CHANNELS, values);
  }

  private static int requireFrames(long frames, SensorSize sensor) throws DatasetException {
    long most = MOST_VALUES / ((long) sensor.height() * sensor.width() * CHANNELS);
    if (frames > most) {
      throw new DatasetException("frames of a sensor of " + sensor + ": expected at most " + most + ", got " + frames
          + "; take fewer or longer frames");
    }
    return (int) frames;
  }

  private static DatasetException noPixel(SensorSize sensor, long index, int x, int y) {
    return new DatasetException("event " + index + " at x=" + x + ", y=" + y + ": expected a pixel of a sensor of "
        + sensor + " (width x height)");
  }
}
