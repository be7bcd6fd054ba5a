package io.qkformer.train.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files and records of the binary versions, see https://www.cs.toronto.edu/~kriz/cifar.html. */
enum CifarLayout {
  CIFAR10("CIFAR-10", new Packing("cifar-10-batches-bin", "cifar-10-binary.tar.gz"),
      new Packing("cifar-10-batches-py", "cifar-10-python.tar.gz"), "batches.meta",
      List.of(new Label("label", 10, "batches.meta.txt")),
      List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
          "data_batch_5.bin"),
      10_000, List.of("test_batch.bin")),
  CIFAR100("CIFAR-100", new Packing("cifar-100-binary", "cifar-100-binary.tar.gz"),
      new Packing("cifar-100-python", "cifar-100-python.tar.gz"), "meta",
      List.of(new Label("coarse label", 20, "coarse_label_names.txt"),
          new Label("fine label", 100, "fine_label_names.txt")),
      List.of("train.bin"), 50_000, List.of("test.bin"));

  /** One leading byte of a record: what it says, how many values it takes, where their names are. */
  record Label(String kind, int classes, String namesFile) { }

  /** How a version is published: the archive, and the folder that it makes. */
  private record Packing(String folder, String archive) { }

  static final int SIDE = 32;
  static final int PLANE_BYTES = SIDE * SIDE;
  static final int IMAGE_BYTES = Image.CHANNELS * PLANE_BYTES;
  private static final int OFFICIAL_TEST_RECORDS = 10_000;
  private static final String DOWNLOADS = "https://www.cs.toronto.edu/~kriz/";

  final String title;
  /** In the order of the record; the last one is the class. */
  final List<Label> labels;
  private final Packing binary;
  private final Packing python;
  /** A file that only the Python version has. */
  private final String pythonFile;
  private final List<String> trainFiles;
  private final int trainRecords;
  private final List<String> testFiles;

  CifarLayout(String title, Packing binary, Packing python, String pythonFile, List<Label> labels,
      List<String> trainFiles, int trainRecords, List<String> testFiles) {
    this.title = title;
    this.binary = binary;
    this.python = python;
    this.pythonFile = pythonFile;
    this.labels = labels;
    this.trainFiles = trainFiles;
    this.trainRecords = trainRecords;
    this.testFiles = testFiles;
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

  /** What to download and where to put it, for files that lie, or should lie, in a folder. */
  String advice(Path directory) {
    return "download the binary version, " + DOWNLOADS + binary.archive() + ", and unpack it: "
        + unpacking(binary.archive(), place(directory));
  }

  private String unpacking(Object archive, Path place) {
    return "'tar -xzf " + archive + " -C " + place + "' makes the folder " + place.resolve(binary.folder())
        + ", which is the one to give";
  }

  /** The folder around a folder of an archive, else the folder itself. */
  private Path place(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    boolean unpacked = Stream.of(binary, python).map(Packing::folder).anyMatch(absolute::endsWith);
    return unpacked && absolute.getParent() != null ? absolute.getParent() : absolute;
  }

  /** The folder that holds the files: the one given, or the archive's own folder in it. */
  Path locate(Path given) throws DatasetException {
    if (Files.isDirectory(given)) {
      Path inside = given.resolve(binary.folder());
      return Files.isDirectory(inside) ? inside : given;
    }
    if (Files.isRegularFile(given)) {
      Path around = given.toAbsolutePath().normalize().getParent();
      if (given.endsWith(binary.archive())) {
        throw new DatasetException(given + " is a packed archive; unpack it: "
            + unpacking(given.toAbsolutePath().normalize(), around));
      }
      throw new DatasetException((given.endsWith(python.archive())
          ? given + " is the Python version of " + title + " (pickled files), which is not read; "
          : given + " is not a directory; for " + title + " ") + advice(around));
    }
    throw new DatasetException(given + " is not a directory; for " + title + " make it, " + advice(given));
  }

  /** Whether a folder holds the binary version, or its folder. */
  boolean isIn(Path given) {
    return Stream.of(given, given.resolve(binary.folder())).anyMatch(home -> testFiles.stream()
        .anyMatch(file -> Files.isRegularFile(home.resolve(file))));
  }

  DatasetException missing(Path directory, String file) {
    Path packed = directory.resolve(binary.archive());
    if (Files.isRegularFile(packed)) {
      return new DatasetException(title + " file " + directory.resolve(file) + " is missing, but there is " + packed
          + "; unpack it: " + unpacking(packed.toAbsolutePath().normalize(), place(directory)));
    }
    boolean isPython = Stream.of(pythonFile, python.folder(), python.archive())
        .anyMatch(name -> Files.exists(directory.resolve(name)));
    String found = isPython
        ? directory + " holds the Python version of " + title + " (pickled files), which is not read"
        : title + " file " + directory.resolve(file) + " is missing";
    return new DatasetException(found + "; " + advice(directory));
  }
}
