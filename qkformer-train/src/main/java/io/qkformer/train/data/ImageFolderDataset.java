package io.qkformer.train.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images in one folder per class, {@code train/<class>/*.jpg} and {@code test/<class>/*.jpg} (or .jpeg or .png; also
 * {@code val} or {@code validation}), in a directory or straight in a zip file. A single folder around them is looked
 * through. Classes, and files within a class, are ordered by name as torchvision's {@code ImageFolder} orders them;
 * what a class's folder holds in deeper folders belongs to it. Hidden files are left out.
 *
 * <p>Images are decoded on every read: wrap it in a {@link CachedDataset} where memory allows. Close it after use: a
 * zip file stays open until then.
 */
public final class ImageFolderDataset implements Dataset, Closeable {
  /** So many unreadable images at the beginning are taken for a mistake that concerns all. */
  private static final int TRIES = 100;

  private final Split split;
  private final ImageSource source;
  private final ImageDecoder decoder;
  private final SplitLayout layout;
  private final ImageIndex index;
  /** Of every image, or null if any will do. */
  private final ImageDecoder.Size size;

  private ImageFolderDataset(ImageSource source, Split split, ImageSizes sizes, DecodeLimit limit)
      throws IOException {
    this.source = source;
    this.split = split;
    this.decoder = new ImageDecoder(limit);
    this.layout = SplitLayout.find(source, split);
    checkSameClasses();
    this.index = source.index(layout.folder(), layout.classNames());
    checkNoClassIsEmpty();
    this.size = sizes == ImageSizes.SAME ? firstSize() : null;
  }

  /**
   * Opens one split of a data set. All images must have the size of the first one.
   *
   * @param root a directory or zip file that holds the folders {@code train} and {@code test}
   * @throws DatasetException if there is no image in the split or in one of its classes, the test split has other
   *     classes than the training split, or none of the first images can be read
   * @throws IOException if the directory or the zip file cannot be read
   */
  public static ImageFolderDataset open(Path root, Split split) throws IOException {
    return open(root, split, ImageSizes.SAME, DecodeLimit.DEFAULT);
  }

  /**
   * Opens one split of a data set. The list of a large one is kept as {@link IndexCache#standard} says.
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
    return open(root, split, sizes, limit, IndexCache.standard());
  }

  /**
   * Opens one split of a data set, as {@link #open(Path, Split, ImageSizes, DecodeLimit)}.
   *
   * @param cache whether and where the list of a large directory is kept; that of a zip file never is
   * @throws DatasetException as {@link #open(Path, Split)}
   * @throws IOException if the directory or the zip file cannot be read
   */
  public static ImageFolderDataset open(Path root, Split split, ImageSizes sizes, DecodeLimit limit, IndexCache cache)
      throws IOException {
    ImageSource source = ImageSource.open(root, cache);
    try {
      return new ImageFolderDataset(source, split, sizes, limit);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** A test split on its own has nothing to be compared with; then its folders are the classes. */
  private void checkSameClasses() throws DatasetException {
    List<String> training = layout.trainingClassNames();
    if (training.isEmpty() || layout.classNames().equals(training)) {
      return;
    }
    List<String> unknown = new ArrayList<>(layout.classNames());
    unknown.removeAll(training);
    List<String> absent = new ArrayList<>(training);
    absent.removeAll(layout.classNames());
    throw new DatasetException(source.describe(layout.folder()) + ": expected the classes of the training split, "
        + training + "; unknown class folders: " + unknown + ", missing class folders: " + absent);
  }

  private void checkNoClassIsEmpty() throws DatasetException {
    for (int label = 0; label < layout.classNames().size(); label++) {
      if (index.size(label) == 0) {
        throw new DatasetException(source.describe(layout.folder() + layout.classNames().get(label))
            + ": expected images of this class (" + String.join(", ", ImageSource.SUFFIXES) + "), got none");
      }
    }
  }

  /** Images whose header cannot be read are passed over: whether they are fatal is decided when they are used. */
  private ImageDecoder.Size firstSize() throws IOException {
    DatasetException failure = null;
    for (int i = 0; i < Math.min(TRIES, size()); i++) {
      try {
        return decoder.size(source.read(file(i)), source.describe(file(i)));
      } catch (DatasetException e) {
        failure = failure == null ? e : failure;
      }
    }
    throw failure;
  }

  private String file(int number) {
    return layout.folder() + index.file(number);
  }

  @Override
  public String name() {
    return source.describe("") + " " + split.folder();
  }

  @Override
  public int size() {
    return index.size();
  }

  @Override
  public List<String> classNames() {
    return layout.classNames();
  }

  /**
   * Reads and decodes an image; its id is its path, such as {@code train/cat/0042.png}.
   *
   * @throws DatasetException if the image is corrupt, too large, or of another size than the first one where
   *     all must have one size
   */
  @Override
  public Sample get(int number) throws IOException {
    String path = file(number);
    String file = source.describe(path);
    byte[] encoded = source.read(path);
    Image image = size == null ? decoder.decode(encoded, file) : decoder.decode(encoded, file, size);
    return new Sample(path, index.label(number), image);
  }

  /**
   * Returns a checksum over the class names and over each file's path in the split, label and length; in a zip file
   * also over its CRC-32. Takes one question to the file system for each file, a few seconds for ImageNet.
   *
   * @throws IOException if a file is gone
   */
  @Override
  public String fingerprint() throws IOException {
    long[] marks;
    try {
      marks = IntStream.range(0, size()).parallel().mapToLong(this::mark).toArray();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Fingerprint fingerprint = new Fingerprint();
    classNames().forEach(fingerprint::text);
    for (int i = 0; i < marks.length; i++) {
      fingerprint.text(index.file(i)).number(index.label(i)).number(marks[i]);
    }
    return fingerprint.hex();
  }

  private long mark(int number) {
    try {
      return source.mark(file(number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
