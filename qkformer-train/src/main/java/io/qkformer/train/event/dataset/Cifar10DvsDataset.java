package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR10-DVS (Li et al. 2017, doi 10.3389/fnins.2017.00309): 1000 recordings of each of ten classes, of 128 x 128
 * pixels, in folders of their classes as AEDAT 2.0 or SpikingJelly's npz. It has no split of its own.
 */
public final class Cifar10DvsDataset {
  /** The classes in the order of their labels, which is alphabetical. */
  public static final List<String> CLASSES = List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog",
      "horse", "ship", "truck");

  private Cifar10DvsDataset() { }

  /**
   * Opens one part; archives {@code <class>.zip} that lie there are unpacked first.
   *
   * @param root holds a folder or an archive of each class
   * @param division how each class is divided
   * @param reading {@link Reading#SPIKINGJELLY} gives the pictures of published results, {@link Reading#FORMAT} the
   *     transposed ones that the files hold
   * @throws DatasetException if a class is missing; the message says where to get it
   * @throws IOException if files cannot be read, or an archive cannot be unpacked
   */
  public static EventDataset open(Path root, Split split, ClassSplit division, Reading reading) throws IOException {
    for (String name : CLASSES) {
      Download.CIFAR10_DVS.provide(root, name, name + ".zip");
    }
    ClassFolders folders = ClassFolders.list(root, CLASSES);
    return new EventDataset("CIFAR10-DVS " + split.folder(),
        EventFolderDataset.key(split.folder(), division.key(), reading.name()), root, SensorSize.DVS128, CLASSES,
        folders.samples(division, split, reading, SensorSize.DVS128)).requireSamples("samples of the " + split.folder() + " split");
  }
}
