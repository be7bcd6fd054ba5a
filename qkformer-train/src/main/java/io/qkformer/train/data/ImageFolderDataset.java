package io.qkformer.train.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Images in one folder per class, {@code train/<class>/*.jpg} and {@code test/<class>/*.jpg} (or .jpeg or
 * .png), in a directory or straight in a zip file. Classes, and files within a class, are ordered by name as
 * torchvision's {@code ImageFolder} orders them. Images are decoded on every read: wrap it in a
 * {@link CachedDataset} where memory allows. Close it after use: a zip file stays open until then.
 */
public final class ImageFolderDataset implements Dataset, Closeable {
  private static final List<String> SUFFIXES = List.of(".jpg", ".jpeg", ".png");
  /** Python compares strings by code points; this is the same order as of their UTF-8 bytes. */
  private static final Comparator<String> BY_CODE_POINTS =
      Comparator.comparing(text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private final Split split;
  private final ImageSource source;
  private final ImageDecoder decoder;
  private final List<String> classNames;
  private final List<Entry> entries;
  /** Of every image, or null if any will do. */
  private final ImageDecoder.Size size;

  private record Entry(String file, int label) { }

  private ImageFolderDataset(ImageSource source, Split split, ImageSizes sizes, DecodeLimit limit)
      throws IOException {
    this.source = source;
    this.split = split;
    this.decoder = new ImageDecoder(limit);
    List<String> files = source.list();
    TreeMap<String, List<String>> classes = filesByClass(files, split);
    this.classNames = List.copyOf(classes.keySet());
    checkSameClasses(filesByClass(files, Split.TRAIN));
    this.entries = label(classes.values());
    String first = entries.get(0).file();
    ImageDecoder.Size firstSize = decoder.size(source.read(first), source.describe(first));
    this.size = sizes == ImageSizes.SAME ? firstSize : null;
  }

  /**
   * Opens one split of a data set. All images must have the size of the first one.
   *
   * @param root a directory or zip file that holds the folders {@code train} and {@code test}
   * @throws DatasetException if there is no image in the split or in one of its classes, or the test split
   *     has other classes than the training split
   * @throws IOException if the directory or the zip file cannot be read
   */
  public static ImageFolderDataset open(Path root, Split split) throws IOException {
    return open(root, split, ImageSizes.SAME, DecodeLimit.DEFAULT);
  }

  /**
   * Opens one split of a data set.
   *
   * @param root a directory or zip file that holds the folders {@code train} and {@code test}
   * @param sizes which sizes the images may have; with {@link ImageSizes#ANY} an augmentation must bring them
   *     to one size before they go into a batch
   * @param limit how large an image may be
   * @throws DatasetException as {@link #open(Path, Split)}
   * @throws IOException if the directory or the zip file cannot be read
   */
  public static ImageFolderDataset open(Path root, Split split, ImageSizes sizes, DecodeLimit limit)
      throws IOException {
    ImageSource source = ImageSource.open(root);
    try {
      return new ImageFolderDataset(source, split, sizes, limit);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private TreeMap<String, List<String>> filesByClass(List<String> files, Split part) throws IOException {
    String folder = part.folder() + "/";
    TreeMap<String, List<String>> classes = files.stream()
        .filter(file -> file.startsWith(folder) && file.indexOf('/', folder.length()) >= 0)
        .collect(Collectors.groupingBy(
            file -> file.substring(folder.length(), file.indexOf('/', folder.length())),
            () -> new TreeMap<>(BY_CODE_POINTS), Collectors.toList()));
    if (classes.isEmpty() && part == split) {
      throw new DatasetException(source.describe("") + ": expected images in " + folder + "<class>/, got "
          + (files.isEmpty() ? "an empty data set" : "none there, but for example " + files.get(0)));
    }
    for (var entry : classes.entrySet()) {
      entry.getValue().removeIf(file -> !isImage(file));
      if (entry.getValue().isEmpty()) {
        throw new DatasetException(source.describe(folder + entry.getKey())
            + ": expected images of this class (" + String.join(", ", SUFFIXES) + "), got none");
      }
    }
    return classes;
  }

  private static boolean isImage(String file) {
    String lower = file.toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(lower::endsWith);
  }

  /** A test split on its own has nothing to be compared with; then its folders are the classes. */
  private void checkSameClasses(TreeMap<String, List<String>> train) throws DatasetException {
    if (train.isEmpty() || classNames.equals(List.copyOf(train.keySet()))) {
      return;
    }
    List<String> unknown = new ArrayList<>(classNames);
    unknown.removeAll(train.keySet());
    List<String> absent = new ArrayList<>(train.keySet());
    absent.removeAll(classNames);
    throw new DatasetException(source.describe(split.folder())
        + ": expected the classes of the training split, " + train.keySet() + "; unknown class folders: "
        + unknown + ", missing class folders: " + absent);
  }

  private static List<Entry> label(Iterable<List<String>> classes) {
    List<Entry> entries = new ArrayList<>();
    int label = 0;
    for (List<String> files : classes) {
      files.sort(Comparator.comparing(ImageFolderDataset::parent, BY_CODE_POINTS)
          .thenComparing(BY_CODE_POINTS));
      for (String file : files) {
        entries.add(new Entry(file, label));
      }
      label++;
    }
    return List.copyOf(entries);
  }

  private static String parent(String file) {
    return file.substring(0, file.lastIndexOf('/'));
  }

  @Override
  public String name() {
    return source.describe("") + " " + split.folder();
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Reads and decodes an image; its id is its path, such as {@code train/cat/0042.png}.
   *
   * @throws DatasetException if the image is corrupt, too large, or of another size than the first one where
   *     all must have one size
   */
  @Override
  public Sample get(int index) throws IOException {
    Entry entry = entries.get(index);
    String file = source.describe(entry.file());
    byte[] encoded = source.read(entry.file());
    Image image = size == null ? decoder.decode(encoded, file) : decoder.decode(encoded, file, size);
    return new Sample(entry.file(), entry.label(), image);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
