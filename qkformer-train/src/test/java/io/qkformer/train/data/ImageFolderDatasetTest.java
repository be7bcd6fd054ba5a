package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageFolderDatasetTest {
  /** Where the files lie; what is read must not depend on it. */
  enum Store {
    DIRECTORY, ZIP;

    Path write(Path parent, Map<String, byte[]> files) throws IOException {
      return this == ZIP ? TestImages.writeZip(parent.resolve("data.zip"), files)
          : TestImages.writeDirectory(parent.resolve("data"), files);
    }
  }

  @TempDir
  Path directory;

  private final Map<String, byte[]> files = TestImages.twoClasses();

  @ParameterizedTest
  @EnumSource
  void labelsByTheOrderOfTheClassNames(Store store) throws IOException {
    try (ImageFolderDataset train = ImageFolderDataset.open(store.write(directory, files), Split.TRAIN)) {
      assertThat(train.classNames()).containsExactly("cat", "dog");
      assertThat(samples(train)).containsExactly(
          new Sample("train/cat/1.png", 0, TestImages.noise(6, 4, 0)),
          new Sample("train/cat/2.png", 0, TestImages.noise(6, 4, 1)),
          new Sample("train/dog/1.png", 1, TestImages.noise(6, 4, 2)),
          new Sample("train/dog/2.png", 1, TestImages.noise(6, 4, 3)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ordersNamesAsPythonDoes(Store store) throws IOException {
    byte[] image = TestImages.encode(TestImages.noise(6, 4, 0), "png");
    files.clear();
    for (String file : new String[] {"train/b/10.png", "train/b/9.png", "train/b/1.JPEG", "train/B/a.png",
        "train/10/a.png", "train/2/a.png", "train/\uFF5E/a.png", "train/\uD83D\uDE00/a.png"}) {
      files.put(file, image);
    }

    try (ImageFolderDataset train = ImageFolderDataset.open(store.write(directory, files), Split.TRAIN)) {
      // U+FF5E comes before U+1F600, though not as UTF-16
      assertThat(train.classNames()).containsExactly("10", "2", "B", "b", "\uFF5E", "\uD83D\uDE00");
      assertThat(samples(train)).extracting(Sample::id).containsSubsequence(
          "train/b/1.JPEG", "train/b/10.png", "train/b/9.png");
    }
  }

  @ParameterizedTest
  @EnumSource
  void ignoresHiddenFilesAndOtherKinds(Store store) throws IOException {
    files.put("train/cat/.hidden.png", new byte[1]);
    files.put("train/.cache/1.png", new byte[1]);
    files.put("train/cat/notes.txt", new byte[1]);
    files.put("train/readme.png", new byte[1]);
    files.put("__MACOSX/train/cat/1.png", new byte[1]);

    try (ImageFolderDataset train = ImageFolderDataset.open(store.write(directory, files), Split.TRAIN)) {
      assertThat(samples(train)).hasSize(4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnUnknownClassInTheTestSplit(Store store) throws IOException {
    files.put("test/fox/1.png", files.get("test/cat/1.png"));

    failure(store, Split.TEST).hasMessageContaining("unknown class folders: [fox]")
        .hasMessageContaining("[cat, dog]");
  }

  @ParameterizedTest
  @EnumSource
  void refusesATestSplitThatLacksAClass(Store store) throws IOException {
    files.remove("test/cat/1.png");

    failure(store, Split.TEST).hasMessageContaining("missing class folders: [cat]");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAClassWithoutImages(Store store) throws IOException {
    files.put("train/fox/notes.txt", new byte[1]);

    failure(store, Split.TRAIN).hasMessageContaining("train/fox").hasMessageContaining("got none");
  }

  @Test
  void refusesAClassFolderThatIsEmpty() throws IOException {
    Path root = Store.DIRECTORY.write(directory, files);
    Files.createDirectory(root.resolve("train/fox"));

    assertThatThrownBy(() -> ImageFolderDataset.open(root, Split.TRAIN)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("fox").hasMessageContaining("got none");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnEmptyDataSet(Store store) throws IOException {
    files.clear();
    Files.createDirectory(directory.resolve("data"));

    failure(store, Split.TRAIN).hasMessageContaining("data").hasMessageContaining("train/<class>/")
        .hasMessageContaining("an empty data set");
  }

  @ParameterizedTest
  @EnumSource
  void saysWhatItFoundWhereTheSplitIsMissing(Store store) throws IOException {
    files.keySet().removeIf(file -> file.startsWith("test"));

    failure(store, Split.TEST).hasMessageContaining("test/<class>/").hasMessageContaining("train/");
  }

  @ParameterizedTest
  @EnumSource
  void namesACorruptImage(Store store) throws IOException {
    files.put("train/dog/1.png", "no image".getBytes(StandardCharsets.UTF_8));

    try (ImageFolderDataset train = ImageFolderDataset.open(store.write(directory, files), Split.TRAIN)) {
      assertThat(train.get(1).id()).isEqualTo("train/cat/2.png");
      assertThatThrownBy(() -> train.get(2)).isInstanceOf(DatasetException.class)
          .hasMessageContaining("train/dog/1.png").hasMessageContaining("corrupt");
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesAnImageOfAnotherSize(Store store) throws IOException {
    files.put("train/dog/2.png", TestImages.encode(TestImages.noise(4, 6, 0), "png"));

    try (ImageFolderDataset train = ImageFolderDataset.open(store.write(directory, files), Split.TRAIN)) {
      assertThatThrownBy(() -> train.get(3)).isInstanceOf(DatasetException.class)
          .hasMessageContaining("train/dog/2.png").hasMessageContaining("expected a 6x4 image, got 4x6");
    }
  }

  @Test
  void takesImagesOfAnySizeWhereAsked() throws IOException {
    Image other = TestImages.noise(4, 6, 0);
    files.put("train/dog/2.png", TestImages.encode(other, "png"));
    Path root = Store.values()[0].write(directory, files);

    try (ImageFolderDataset train =
        ImageFolderDataset.open(root, Split.TRAIN, ImageSizes.ANY, DecodeLimit.DEFAULT)) {
      assertThat(train.get(3).image()).isEqualTo(other);
      assertThat(train.get(0).image().width()).isEqualTo(6);
    }
    assertThatThrownBy(() -> ImageFolderDataset.open(root, Split.TRAIN, ImageSizes.ANY, new DecodeLimit(23)).get(0))
        .isInstanceOf(DatasetException.class).hasMessageContaining("at most 23");
  }

  @Test
  void noticesAFlippedBitInAZipFile() throws IOException {
    byte[] jpeg = TestImages.encode(TestImages.noise(32, 32, 0), "jpg");
    files.replaceAll((file, bytes) -> jpeg);
    Path zip = Store.ZIP.write(directory, files);
    byte[] bytes = Files.readAllBytes(zip);
    // in the middle of the first file's data
    bytes[jpeg.length / 2] ^= 4;
    Files.write(zip, bytes);

    assertThatThrownBy(() -> ImageFolderDataset.open(zip, Split.TEST).get(0))
        .isInstanceOf(DatasetException.class).hasMessageContaining("data.zip!/test/cat/1.png");
  }

  @Test
  void refusesWhatIsNoZipFileAndWhatIsNotThere() throws IOException {
    Path file = Files.writeString(directory.resolve("data.tar"), "no zip file");

    assertThatThrownBy(() -> ImageFolderDataset.open(file, Split.TRAIN)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("data.tar").hasMessageContaining("zip");
    assertThatThrownBy(() -> ImageFolderDataset.open(directory.resolve("nowhere"), Split.TRAIN))
        .isInstanceOf(DatasetException.class).hasMessageContaining("nowhere");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failure(Store store, Split split)
      throws IOException {
    Path root = store.write(directory, files);
    return assertThatThrownBy(() -> ImageFolderDataset.open(root, split))
        .isInstanceOf(DatasetException.class);
  }

  private static List<Sample> samples(Dataset dataset) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < dataset.size(); i++) {
      samples.add(dataset.get(i));
    }
    return samples;
  }
}
