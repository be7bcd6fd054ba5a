package io.qkformer.train.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files and records of the binary versions, see https://www.cs.toronto.edu/~kriz/cifar.html. */
enum CifarLayout {
  CIFAR10("CIFAR-10", "cifar-10-batches-bin", "cifar-10-binary.tar.gz",
      List.of(new Label("label", 10, "batches.meta.txt")),
      List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
          "data_batch_5.bin"),
      10_000, List.of("test_batch.bin"), List.of("batches.meta", "data_batch_1", "cifar-10-batches-py")),
  CIFAR100("CIFAR-100", "cifar-100-binary", "cifar-100-binary.tar.gz",
      List.of(new Label("coarse label", 20, "coarse_label_names.txt"),
          new Label("fine label", 100, "fine_label_names.txt")),
      List.of("train.bin"), 50_000, List.of("test.bin"), List.of("meta", "cifar-100-python"));

  /** One leading byte of a record: what it says, how many values it takes, where their names are. */
  record Label(String kind, int classes, String namesFile) { }

  static final int SIDE = 32;
  static final int PLANE_BYTES = SIDE * SIDE;
  static final int IMAGE_BYTES = Image.CHANNELS * PLANE_BYTES;
  private static final int OFFICIAL_TEST_RECORDS = 10_000;
  private static final String DOWNLOADS = "https://www.cs.toronto.edu/~kriz/";

  final String title;
  /** In the order of the record; the last one is the class. */
  final List<Label> labels;
  private final String folder;
  private final String archive;
  private final List<String> trainFiles;
  private final int trainRecords;
  private final List<String> testFiles;
  private final List<String> pythonTraces;

  CifarLayout(String title, String folder, String archive, List<Label> labels, List<String> trainFiles,
      int trainRecords, List<String> testFiles, List<String> pythonTraces) {
    this.title = title;
    this.folder = folder;
    this.archive = archive;
    this.labels = labels;
    this.trainFiles = trainFiles;
    this.trainRecords = trainRecords;
    this.testFiles = testFiles;
    this.pythonTraces = pythonTraces;
  }

  int recordBytes() {
    return labels.size() + IMAGE_BYTES;
  }

  Label target() {
    return labels.get(labels.size() - 1);
  }

  List<String> files(Split split) {
    return split == Split.TRAIN ? trainFiles : testFiles;
  }

  /** The number of records that a file of the published archive has. */
  int officialRecords(Split split) {
    return split == Split.TRAIN ? trainRecords : OFFICIAL_TEST_RECORDS;
  }

  String advice() {
    return "download and unpack the binary version, " + DOWNLOADS + archive;
  }

  /** The folder that holds the files: the one given, or the archive's own folder in it. */
  Path locate(Path directory) throws DatasetException {
    if (!Files.isDirectory(directory)) {
      throw new DatasetException(directory + " is not a directory; for " + title + " " + advice()
          + ", and give the folder it makes");
    }
    Path inside = directory.resolve(folder);
    return Files.isDirectory(inside) ? inside : directory;
  }

  DatasetException missing(Path directory, String file) {
    boolean python = pythonTraces.stream().anyMatch(f -> Files.exists(directory.resolve(f)));
    String found = python
        ? directory + " holds the Python version of " + title + " (pickled files), which is not read"
        : title + " file " + directory.resolve(file) + " is missing";
    return new DatasetException(found + "; " + advice());
  }
}
