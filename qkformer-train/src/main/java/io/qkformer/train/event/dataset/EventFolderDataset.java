package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Event files of any format (.aedat, .bin or .npz) in one folder per class: {@code train/<class>/*} and
 * {@code test/<class>/*}, such as SpikingJelly's {@code events_np}, or {@code <class>/*} without a split, such as
 * N-Caltech101. Files of a class are ordered by name as strings.
 */
public final class EventFolderDataset {
  private EventFolderDataset() { }

  /** Returns whether a folder holds a split, {@code train} or {@code test}, and not classes themselves. */
  public static boolean isSplit(Path root) {
    return Files.isDirectory(root.resolve(Split.TRAIN.folder())) || Files.isDirectory(root.resolve(Split.TEST.folder()));
  }

  /**
   * Opens one part of a folder without a split.
   *
   * @param root holds the folders of the classes
   * @param division how each class is divided
   * @param order of the classes
   * @param sensor the camera of all files
   * @throws DatasetException if there is no such folder or a class has no files, or none of this part
   * @throws IOException if a folder cannot be read
   */
  public static EventDataset open(Path root, Split split, ClassSplit division, ClassOrder order, Reading reading,
      SensorSize sensor) throws IOException {
    ClassFolders folders = ClassFolders.list(root, order);
    return new EventDataset(root + " " + split.folder(),
        key(split.folder(), division.key(), order.name(), reading.name()), root, sensor, folders.classNames(),
        folders.samples(division, split, reading, sensor)).requireSamples("samples of the " + split.folder() + " split");
  }

  /**
   * Opens one split.
   *
   * @param root holds the folders {@code train} and {@code test}
   * @param order of the classes
   * @param sensor the camera of all files
   * @throws DatasetException if there is no such folder or a class has no files, or the test split has other classes
   *     than the training split
   * @throws IOException if a folder cannot be read
   */
  public static EventDataset open(Path root, Split split, ClassOrder order, Reading reading, SensorSize sensor)
      throws IOException {
    ClassFolders folders = ClassFolders.list(root.resolve(split.folder()), order);
    if (split == Split.TEST && Files.isDirectory(root.resolve(Split.TRAIN.folder()))) {
      List<String> train = ClassFolders.list(root.resolve(Split.TRAIN.folder()), order).classNames();
      if (!train.equals(folders.classNames())) {
        throw new DatasetException(folders.root() + ": expected the classes of the training split, " + train + ", got "
            + folders.classNames());
      }
    }
    return new EventDataset(root + " " + split.folder(),
        key(split.folder(), order.name(), reading.name()), root, sensor, folders.classNames(),
        folders.samples(reading, sensor, split.folder() + "/"));
  }

  /** Joins the parameters of a data set into a part of file names. */
  static String key(String... parts) {
    return String.join("_", parts).toLowerCase(Locale.ROOT);
  }
}
