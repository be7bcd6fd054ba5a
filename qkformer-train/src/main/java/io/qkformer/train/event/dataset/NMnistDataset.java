package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.Reading;
import java.io.IOException;
import java.nio.file.Path;

/**
 * N-MNIST (Orchard et al. 2015, doi 10.3389/fnins.2015.00437): 60,000 and 10,000 recordings of ten digits, of 34 x 34
 * pixels, in the folders {@code Train/<digit>} and {@code Test/<digit>}.
 */
public final class NMnistDataset {
  private NMnistDataset() { }

  /**
   * Opens one split; the archive {@code Train.zip} or {@code Test.zip} is unpacked first if it lies there.
   *
   * @throws DatasetException if the files are missing; the message says where to get them
   * @throws IOException if they cannot be read, or the archive cannot be unpacked
   */
  public static EventDataset open(Path root, Split split, Reading reading) throws IOException {
    String folder = split == Split.TRAIN ? "Train" : "Test";
    Download.N_MNIST.provide(root, folder, folder + ".zip");
    ClassFolders folders = ClassFolders.list(root.resolve(folder), ClassOrder.BY_NUMBER);
    return new EventDataset("N-MNIST " + split.folder(), EventFolderDataset.key(split.folder(), reading.name()), root,
        SensorSize.N_MNIST, folders.classNames(), folders.samples(reading, SensorSize.N_MNIST, folder + "/"));
  }
}
