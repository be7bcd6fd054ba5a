package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.qkformer.train.data.ImageFolderDatasetTest.Store;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the images of a folder or zip file may lie, large lists of them, and what they are recognised by. */
class ImageFolderLayoutTest {
  @TempDir
  Path directory;

  private final Map<String, byte[]> files = TestImages.twoClasses();

  @ParameterizedTest
  @CsvSource({"DIRECTORY, val", "DIRECTORY, validation", "ZIP, val", "ZIP, validation"})
  void theTestSplitMayHaveTimmsNames(Store store, String folder) throws IOException {
    try (ImageFolderDataset test = ImageFolderDataset.open(store.write(directory, renamed("test/", folder + "/")),
        Split.TEST)) {
      assertThat(test.size()).isEqualTo(2);
      assertThat(test.get(1).id()).isEqualTo(folder + "/dog/1.png");
    }
  }

  @ParameterizedTest
  @EnumSource
  void testComesBeforeValAndValBeforeValidation(Store store) throws IOException {
    Map<String, byte[]> all = new TreeMap<>(files);
    all.putAll(renamed("test/", "val/"));
    all.putAll(renamed("test/", "validation/"));
    Path root = store.write(directory, all);
    try (LogRecord log = new LogRecord(Level.INFO);
        ImageFolderDataset test = ImageFolderDataset.open(root, Split.TEST)) {
      assertThat(test.get(0).id()).isEqualTo("test/cat/1.png");
      assertThat(log.messages()).anySatisfy(message -> assertThat(message)
          .contains("[test, val, validation]").contains("taking test/"));
    }
    assertThat(Split.TEST.folders()).containsExactly("test", "val", "validation");
    assertThat(Split.TRAIN.folders()).containsExactly("train");
  }

  @ParameterizedTest
  @EnumSource
  void aSingleFolderAroundTheSplitsIsLookedThrough(Store store) throws IOException {
    Map<String, byte[]> nested = renamed("", "cifar10/");
    nested.put("__MACOSX/cifar10/train/cat/1.png", new byte[1]);
    nested.put("README.md", new byte[1]);
    Path root = store.write(directory, nested);
    for (Split split : Split.values()) {
      try (ImageFolderDataset dataset = ImageFolderDataset.open(root, split)) {
        assertThat(dataset.classNames()).containsExactly("cat", "dog");
        assertThat(dataset.get(0).id()).isEqualTo("cifar10/" + split.folder() + "/cat/1.png");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void saysWhatItFoundAroundTheSplits(Store store) throws IOException {
    Path root = store.write(directory, renamed("test/", "a/b/"));

    assertThatThrownBy(() -> ImageFolderDataset.open(root, Split.TEST)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("test/<class>/ or val/<class>/ or validation/<class>/")
        .hasMessageContaining("only a/, train/");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAValidationFolderWithoutClasses(Store store) throws IOException {
    files.put("val/ILSVRC2012_val_00000001.JPEG", new byte[1]);
    files.keySet().removeIf(file -> file.startsWith("test/"));
    Path root = store.write(directory, files);

    assertThatThrownBy(() -> ImageFolderDataset.open(root, Split.TEST)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("val/<class>/").hasMessageContaining("no folder in val/");
  }

  @ParameterizedTest
  @EnumSource
  void deeperFoldersBelongToTheirClassAsInTorchvision(Store store) throws IOException {
    files.put("train/cat/b/0.png", files.get("train/cat/1.png"));
    files.put("train/cat/a/9.png", files.get("train/cat/1.png"));
    try (ImageFolderDataset train = ImageFolderDataset.open(store.write(directory, files), Split.TRAIN)) {
      assertThat(IntStream.range(0, 4).mapToObj(i -> id(train, i))).containsExactly("train/cat/1.png",
          "train/cat/2.png", "train/cat/a/9.png", "train/cat/b/0.png");
    }
  }

  @Test
  void keepsTheListOfTenThousandFiles() throws IOException {
    Path train = directory.resolve("data/train");
    for (int label = 0; label < 500; label++) {
      Path folder = Files.createDirectories(train.resolve(String.format("n%08d", label)));
      for (int i = 0; i < 20; i++) {
        Files.createFile(folder.resolve(folder.getFileName() + "_" + i + ".JPEG"));
      }
      Files.setLastModifiedTime(folder, FileTime.fromMillis(1_700_000_000_000L + label));
    }
    IndexCache cache = IndexCache.in(directory.resolve("cache"));
    for (int round = 0; round < 2; round++) {
      try (LogRecord log = new LogRecord(Level.INFO); ImageFolderDataset dataset = ImageFolderDataset.open(
          train.getParent(), Split.TRAIN, ImageSizes.ANY, DecodeLimit.DEFAULT, cache)) {
        assertThat(dataset.size()).isEqualTo(10_000);
        assertThat(dataset.classes()).isEqualTo(500);
        assertThatThrownBy(() -> dataset.get(9_999)).hasMessageContaining("n00000499/n00000499_9.JPEG");
        assertThat(log.messages().isEmpty()).isEqualTo(round == 1);
      }
    }
  }

  @Test
  void readsZipFilesOfMoreEntriesThanSixteenBitsCount() throws IOException {
    Path zip = directory.resolve("large.zip");
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(zip));
        ZipOutputStream out = new ZipOutputStream(file)) {
      out.setMethod(ZipOutputStream.STORED);
      for (int i = 0; i < 70_000; i++) {
        ZipEntry entry = new ZipEntry("train/" + i % 100 + "/" + i + ".png");
        entry.setSize(0);
        entry.setCrc(0);
        out.putNextEntry(entry);
      }
    }
    try (ImageFolderDataset dataset =
        ImageFolderDataset.open(zip, Split.TRAIN, ImageSizes.ANY, DecodeLimit.DEFAULT)) {
      assertThat(dataset.size()).isEqualTo(70_000);
      assertThat(dataset.classes()).isEqualTo(100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"train/../secret/1.png", "/train/cat/1.png", "train\\cat\\1.png", "../1.png"})
  void refusesZipEntriesThatAreNoRelativePath(String name) throws IOException {
    files.put(name, new byte[1]);
    Path zip = Store.ZIP.write(directory, files);

    assertThatThrownBy(() -> ImageFolderDataset.open(zip, Split.TRAIN)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("data.zip").hasMessageContaining("'" + name + "'");
  }

  @Test
  void refusesAZipFileThatHoldsAFileTwice() throws IOException {
    Path zip = Store.ZIP.write(directory, files);
    String bytes = new String(Files.readAllBytes(zip), StandardCharsets.ISO_8859_1);
    Files.write(zip, bytes.replace("train/dog/2.png", "train/dog/1.png").getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> ImageFolderDataset.open(zip, Split.TRAIN)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("train/dog/1.png").hasMessageContaining("more than once");
  }

  @ParameterizedTest
  @EnumSource
  void aCorruptFirstImageIsNoReasonNotToOpen(Store store) throws IOException {
    files.put("train/cat/1.png", new byte[0]);
    try (ImageFolderDataset train = ImageFolderDataset.open(store.write(directory, files), Split.TRAIN)) {
      assertThat(train.get(1).image()).isEqualTo(TestImages.noise(6, 4, 1));
      assertThatThrownBy(() -> train.get(0)).isInstanceOf(DatasetException.class)
          .hasMessageContaining("train/cat/1.png").hasMessageContaining("empty");
    }
    files.replaceAll((file, bytes) -> new byte[0]);
    Path empty = store.write(Files.createDirectories(directory.resolve("2")), files);
    assertThatThrownBy(() -> ImageFolderDataset.open(empty, Split.TRAIN)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("train/cat/1.png");
  }

  @ParameterizedTest
  @EnumSource
  void theFingerprintIsOfNamesLabelsAndSizesWhereverTheyLie(Store store) throws IOException {
    String print = fingerprint(store, "a", Split.TRAIN);
    assertThat(print).matches("[0-9a-f]{64}").isEqualTo(fingerprint(store, "b", Split.TRAIN))
        .isNotEqualTo(fingerprint(store, "a", Split.TEST));

    byte[] longer = TestImages.encode(TestImages.noise(6, 5, 0), "png");
    files.put("train/dog/2.png", longer);
    String other = fingerprint(store, "c", Split.TRAIN);
    assertThat(other).isNotEqualTo(print);
    files.put("train/dog/3.png", files.remove("train/dog/2.png"));
    assertThat(fingerprint(store, "d", Split.TRAIN)).isNotEqualTo(other).isNotEqualTo(print);
  }

  @Test
  void theFingerprintOfAZipFileIsOfItsContent() throws IOException {
    String print = fingerprint(Store.ZIP, "a", Split.TRAIN);
    byte[] changed = files.get("train/dog/2.png").clone();
    changed[changed.length - 1] ^= 1;
    files.put("train/dog/2.png", changed);

    assertThat(fingerprint(Store.ZIP, "b", Split.TRAIN)).isNotEqualTo(print);
  }

  private String fingerprint(Store store, String place, Split split) throws IOException {
    try (ImageFolderDataset dataset = ImageFolderDataset.open(
        store.write(Files.createDirectories(directory.resolve(place)), files), split, ImageSizes.ANY,
        DecodeLimit.DEFAULT)) {
      return dataset.fingerprint();
    }
  }

  private Map<String, byte[]> renamed(String prefix, String other) {
    Map<String, byte[]> renamed = new TreeMap<>();
    files.forEach((file, bytes) -> renamed.put(
        file.startsWith(prefix) ? other + file.substring(prefix.length()) : file, bytes));
    return renamed;
  }

  private static String id(Dataset dataset, int index) {
    try {
      return dataset.get(index).id();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
