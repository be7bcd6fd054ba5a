package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Event files in one folder per class; classes in a given order, files of a class by name as strings. */
record ClassFolders(Path root, List<String> classNames, List<List<String>> files) {
  /** Lists the folders below the root. */
  static ClassFolders list(Path root, ClassOrder order) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new DatasetException(root + ": expected a folder with a folder of event files for each class");
    }
    return list(root, order.sorted(names(root, Files::isDirectory)));
  }

  /** Lists the folders of these classes. */
  static ClassFolders list(Path root, List<String> classNames) throws IOException {
    List<List<String>> files = new ArrayList<>();
    for (String name : classNames) {
      List<String> ofClass = ClassOrder.REFERENCE.sorted(names(root.resolve(name),
          path -> EventFormat.isEventFile(path.toString()) && Files.isRegularFile(path)));
      if (ofClass.isEmpty()) {
        throw new DatasetException(root.resolve(name) + ": expected event files of this class (.aedat, .bin, .npz),"
            + " found none");
      }
      files.add(ofClass);
    }
    if (files.isEmpty()) {
      throw new DatasetException(root + ": expected a folder of event files for each class, found no folder");
    }
    return new ClassFolders(root, classNames, files);
  }

  private static List<String> names(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(wanted).map(path -> path.getFileName().toString()).filter(name -> !name.startsWith("."))
          .toList();
    }
  }

  /** All files, class after class. */
  List<EventSample> samples(Reading reading, SensorSize sensor, String prefix) {
    List<EventSample> samples = new ArrayList<>();
    for (int label = 0; label < files.size(); label++) {
      for (String file : files.get(label)) {
        samples.add(sample(label, file, reading, sensor, prefix));
      }
    }
    return samples;
  }

  /** The files of one part, class after class. */
  List<EventSample> samples(ClassSplit division, Split part, Reading reading, SensorSize sensor) {
    List<EventSample> samples = new ArrayList<>();
    for (int label = 0; label < files.size(); label++) {
      for (int i : division.indices(label, files.get(label).size(), part)) {
        samples.add(sample(label, files.get(label).get(i), reading, sensor, ""));
      }
    }
    return samples;
  }

  /** A file, whose format is looked at when it is read. */
  private EventSample sample(int label, String file, Reading reading, SensorSize sensor, String prefix) {
    Path path = root.resolve(classNames.get(label)).resolve(file);
    return new EventSample(prefix + classNames.get(label) + "/" + file, label, new UnseenFile(path, reading, sensor));
  }

  /** A file whose format is looked at when it is read. */
  private record UnseenFile(Path path, Reading reading, SensorSize sensor) implements EventSource {
    private EventFile seen() throws IOException {
      return EventFile.detect(path, reading, sensor);
    }

    @Override
    public EventReader open() throws IOException {
      return seen().open();
    }

    @Override
    public OptionalLong count() throws IOException {
      return seen().count();
    }
  }
}
