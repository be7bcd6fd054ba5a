package io.qkformer.train.event.dataset;

import io.qkformer.train.data.Split;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.Reading;
import java.nio.file.Path;

/**
 * One row of a label table of DVS128 Gesture: a gesture in a recording.
 *
 * @param split that its recording belongs to
 * @param label the gesture, 0 to 10
 * @param recording the .aedat file
 * @param number of earlier rows of the table with the same label
 * @param start in microseconds, inclusive
 * @param end in microseconds, exclusive
 */
public record GestureSample(Split split, int label, Path recording, int number, long start, long end) {
  private static final String SUFFIX = ".aedat";

  /** Returns the file that SpikingJelly keeps the sample in, such as {@code train/3/user02_led_0.npz}. */
  public String file() {
    return split.folder() + "/" + label + "/" + trial() + "_" + number + ".npz";
  }

  /** Returns the name of the recording without its ending. */
  public String trial() {
    String name = recording.getFileName().toString();
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /** Returns the events with start &lt;= t &lt; end, read from the recording whenever they are needed. */
  public EventSource events(Reading reading) {
    return new EventFile(recording, EventFormat.AEDAT_3_1, reading, SensorSize.DVS128).between(start, end);
  }
}
