package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.NpzCompression;
import io.qkformer.train.event.format.NpzEvents;
import io.qkformer.train.event.format.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * DVS128 Gesture (Amir et al., CVPR 2017): eleven gestures in recordings of 128 x 128 pixels as AEDAT 3.1, cut by
 * tables of labels. A sample is read from its recording whenever it is needed: keep the frames in a
 * {@link CachedFrames}, or {@link #convert} the recordings.
 */
public final class DvsGestureDataset {
  /** The gestures by number. */
  public static final List<String> GESTURES = List.of("hand_clapping", "right_hand_wave", "left_hand_wave",
      "right_arm_clockwise", "right_arm_counter_clockwise", "left_arm_clockwise", "left_arm_counter_clockwise",
      "arm_roll", "air_drums", "air_guitar", "other_gestures");

  private static final String FOLDER = "DvsGesture";

  private DvsGestureDataset() { }

  /**
   * Opens one split; the archive is unpacked first if it lies there. Samples are ordered as SpikingJelly's: by class,
   * then by file name as strings.
   *
   * @param root holds the folder {@code DvsGesture}, the archive {@code DvsGesture.tar.gz}, or the recordings
   *     themselves
   * @param order of the classes; {@link ClassOrder#REFERENCE} fits models that the reference trained
   * @throws DatasetException if the files are missing (the message says where to get them) or a table is damaged
   * @throws IOException if they cannot be read, or the archive cannot be unpacked
   */
  public static EventDataset open(Path root, Split split, Reading reading, ClassOrder order) throws IOException {
    List<String> labels = order.sorted(IntStream.range(0, GESTURES.size()).mapToObj(Integer::toString).toList());
    List<EventSample> samples = new ArrayList<>();
    for (GestureSample sample : samples(root, split)) {
      samples.add(new EventSample(sample.file(), labels.indexOf(Integer.toString(sample.label())),
          sample.events(reading)));
    }
    List<String> names = ClassOrder.REFERENCE.sorted(samples.stream().map(EventSample::id).toList());
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      places.put(names.get(i), i);
    }
    samples.sort(Comparator.comparingInt(EventSample::label).thenComparing(sample -> places.get(sample.id())));
    return new EventDataset("DVS128 Gesture " + split.folder(),
        EventFolderDataset.key(split.folder(), order.name(), reading.name()), root, SensorSize.DVS128,
        labels.stream().map(label -> GESTURES.get(Integer.parseInt(label))).toList(), samples)
        .requireSamples("samples of the " + split.folder() + " split");
  }

  /**
   * Returns the samples of a split in the order of the list of trials and of its tables.
   *
   * @throws IOException as {@link #open}
   */
  public static List<GestureSample> samples(Path root, Split split) throws IOException {
    return GestureTables.read(recordings(root), split);
  }

  private static Path recordings(Path root) throws IOException {
    if (Files.isRegularFile(root.resolve("trials_to_train.txt"))) {
      return root;
    }
    Download.DVS_GESTURE.provide(root, FOLDER, FOLDER + ".tar.gz");
    return root.resolve(FOLDER);
  }

  /**
   * Writes each sample into a file of its own as SpikingJelly does, {@code <target>/<split>/<label>/<trial>_<k>.npz};
   * files that are there are kept. {@link EventFolderDataset} opens the target.
   *
   * @throws IOException if a recording cannot be read or a file cannot be written
   */
  public static void convert(Path root, Path target, Split split, Reading reading) throws IOException {
    for (GestureSample sample : samples(root, split)) {
      Path file = target.resolve(sample.file());
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        // once in memory: the archive is written array by array
        NpzEvents.write(file, sample.events(reading).readAll(), NpzEvents.Types.INT64, NpzCompression.DEFLATED);
      }
    }
  }
}
