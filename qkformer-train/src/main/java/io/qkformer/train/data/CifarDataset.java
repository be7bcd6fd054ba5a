package io.qkformer.train.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CIFAR-10 or CIFAR-100 in the published binary layout (https://www.cs.toronto.edu/~kriz/cifar.html): records
 * of one label byte (CIFAR-100: coarse, then fine; the fine one is the class) and 32x32 pixels as a red, a
 * green and a blue plane. The files are read once, into memory (154 MB for the 50,000 training images).
 */
public final class CifarDataset implements Dataset {
  private static final Logger LOG = LoggerFactory.getLogger(CifarDataset.class);

  private final CifarLayout layout;
  private final Split split;
  private final List<String> classNames;
  private final List<RecordFile> files;
  private final int size;

  private record RecordFile(String name, byte[] bytes, int records) { }

  private CifarDataset(CifarLayout layout, Split split, List<String> classNames, List<RecordFile> files) {
    this.layout = layout;
    this.split = split;
    this.classNames = classNames;
    this.files = files;
    this.size = files.stream().mapToInt(RecordFile::records).sum();
  }

  /**
   * Reads CIFAR-10.
   *
   * @param directory with {@code data_batch_1.bin} to {@code data_batch_5.bin}, {@code test_batch.bin} and
   *     {@code batches.meta.txt}, or the folder around {@code cifar-10-batches-bin}
   * @throws DatasetException if a file is missing, truncated or has a label above 9, or the folder holds the
   *     Python version
   * @throws IOException if a file cannot be read
   */
  public static CifarDataset cifar10(Path directory, Split split) throws IOException {
    return read(CifarLayout.CIFAR10, directory, split);
  }

  /** Returns whether a folder holds CIFAR-10 as {@link #cifar10} reads it, and not for example a folder of image files. */
  public static boolean isCifar10(Path directory) {
    return CifarLayout.CIFAR10.isIn(directory);
  }

  /**
   * Reads CIFAR-100 with its 100 fine classes.
   *
   * @param directory with {@code train.bin}, {@code test.bin} and {@code fine_label_names.txt}, or the folder
   *     around {@code cifar-100-binary}
   * @throws DatasetException if a file is missing, truncated or has a label out of range, or the folder holds
   *     the Python version
   * @throws IOException if a file cannot be read
   */
  public static CifarDataset cifar100(Path directory, Split split) throws IOException {
    return read(CifarLayout.CIFAR100, directory, split);
  }

  private static CifarDataset read(CifarLayout layout, Path given, Split split) throws IOException {
    Path directory = layout.locate(given);
    List<RecordFile> files = new ArrayList<>();
    for (String name : layout.files(split)) {
      files.add(readRecords(layout, directory, name, layout.officialRecords(split)));
    }
    return new CifarDataset(layout, split, readNames(layout, directory), List.copyOf(files));
  }

  private static RecordFile readRecords(CifarLayout layout, Path directory, String name, int official)
      throws IOException {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw layout.missing(directory, name);
    }
    int recordBytes = layout.recordBytes();
    long length = Files.size(file);
    if (length == 0 || length % recordBytes != 0) {
      throw new DatasetException(file + " is truncated or no " + layout.title + " file: expected whole"
          + " records of " + recordBytes + " bytes, got " + length + " bytes = " + length / recordBytes
          + " records and " + length % recordBytes + " bytes; " + layout.advice(file.getParent()));
    }
    byte[] bytes = Files.readAllBytes(file);
    int records = bytes.length / recordBytes;
    checkLabels(layout, file, bytes, records);
    if (records != official) {
      LOG.warn("{} holds {} records, the published file has {}", file, records, official);
    }
    return new RecordFile(name, bytes, records);
  }

  private static void checkLabels(CifarLayout layout, Path file, byte[] bytes, int records)
      throws DatasetException {
    for (int record = 0; record < records; record++) {
      for (int i = 0; i < layout.labels.size(); i++) {
        CifarLayout.Label label = layout.labels.get(i);
        int value = bytes[record * layout.recordBytes() + i] & 0xFF;
        if (value >= label.classes()) {
          throw new DatasetException(file + ", record " + record + ": unknown " + label.kind() + " " + value
              + ", expected 0 to " + (label.classes() - 1) + "; the file is damaged or no " + layout.title
              + " file: " + layout.advice(file.getParent()));
        }
      }
    }
  }

  private static List<String> readNames(CifarLayout layout, Path directory) throws IOException {
    CifarLayout.Label target = layout.target();
    Path file = directory.resolve(target.namesFile());
    if (!Files.isRegularFile(file)) {
      throw layout.missing(directory, target.namesFile());
    }
    List<String> names = Files.readString(file, StandardCharsets.UTF_8).lines()
        .map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (names.size() != target.classes()) {
      throw new DatasetException(file + ": expected " + target.classes() + " class names, one a line, got "
          + names.size() + "; " + layout.advice(file.getParent()));
    }
    return names;
  }

  @Override
  public String name() {
    return layout.title + " " + split.folder();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  /** Returns a sample whose id is its file and record, such as {@code test_batch.bin#17}. */
  @Override
  public Sample get(int index) {
    int record = Objects.checkIndex(index, size);
    int file = 0;
    while (record >= files.get(file).records()) {
      record -= files.get(file).records();
      file++;
    }
    RecordFile source = files.get(file);
    int pixels = record * layout.recordBytes() + layout.labels.size();
    int label = source.bytes()[pixels - 1] & 0xFF;
    return new Sample(source.name() + "#" + record, label, interleave(source.bytes(), pixels));
  }

  /** Returns a checksum over the class names and the bytes of the files; takes less than a second. */
  @Override
  public String fingerprint() {
    Fingerprint fingerprint = new Fingerprint();
    classNames.forEach(fingerprint::text);
    files.forEach(file -> fingerprint.text(file.name()).bytes(file.bytes()));
    return fingerprint.hex();
  }

  private static Image interleave(byte[] bytes, int start) {
    byte[] pixels = new byte[CifarLayout.IMAGE_BYTES];
    for (int channel = 0; channel < Image.CHANNELS; channel++) {
      int plane = start + channel * CifarLayout.PLANE_BYTES;
      for (int i = 0; i < CifarLayout.PLANE_BYTES; i++) {
        pixels[i * Image.CHANNELS + channel] = bytes[plane + i];
      }
    }
    return Image.wrap(CifarLayout.SIDE, CifarLayout.SIDE, pixels);
  }
}
