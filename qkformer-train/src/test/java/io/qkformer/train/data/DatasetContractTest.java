package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every data set promises, over all kinds of them. */
class DatasetContractTest {
  /** Makes a data set from files that it writes first. */
  interface Opening {
    Dataset in(Path directory) throws IOException;
  }

  record Kind(String title, Opening opening) {
    @Override
    public String toString() {
      return title;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind("CIFAR-10", dir -> CifarDataset.cifar10(CifarFiles.writeCifar10(dir), Split.TRAIN)),
        new Kind("CIFAR-100", dir -> CifarDataset.cifar100(CifarFiles.writeCifar100(dir), Split.TEST)),
        new Kind("image folder", dir -> ImageFolderDataset.open(
            TestImages.writeDirectory(dir, TestImages.twoClasses()), Split.TRAIN)),
        new Kind("zip file", dir -> ImageFolderDataset.open(
            TestImages.writeZip(dir.resolve("a.zip"), TestImages.twoClasses()), Split.TEST)),
        new Kind("shapes", dir -> new ShapesDataset(Split.TRAIN, 23, 5)),
        new Kind("cached", dir -> CachedDataset.load(new ShapesDataset(Split.TEST, 23, 5), 2,
            LoadProgress.silent())),
        new Kind("user's own", dir -> new RampDataset(9)));
  }

  @TempDir
  Path directory;

  @ParameterizedTest
  @MethodSource("kinds")
  void keepsItsPromises(Kind kind) throws Exception {
    Dataset dataset = kind.opening().in(Files.createDirectory(directory.resolve("files")));

    assertThat(dataset.name()).isNotBlank();
    assertThat(dataset.classNames()).doesNotHaveDuplicates().hasSize(dataset.classes()).isNotEmpty();
    assertThatThrownBy(() -> dataset.classNames().add("another"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(dataset.size()).isPositive();
    for (int outside : new int[] {-1, dataset.size()}) {
      assertThatThrownBy(() -> dataset.get(outside)).isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining(Integer.toString(outside));
    }
    List<Sample> samples = readAll(dataset);
    assertThat(samples).extracting(Sample::id).doesNotHaveDuplicates();
    assertThat(samples).allSatisfy(sample -> {
      assertThat(sample.label()).isBetween(0, dataset.classes() - 1);
      assertThat(sample.image().hasSizeOf(samples.get(0).image())).isTrue();
    });
    assertThat(readByManyThreads(dataset)).allSatisfy(again -> assertThat(again).isEqualTo(samples));
    if (dataset instanceof Closeable closeable) {
      closeable.close();
    }
  }

  private static List<Sample> readAll(Dataset dataset) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < dataset.size(); i++) {
      samples.add(dataset.get(i));
    }
    return samples;
  }

  private static List<List<Sample>> readByManyThreads(Dataset dataset) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<Sample>>> readings = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        readings.add(threads.submit(() -> readAll(dataset)));
      }
      List<List<Sample>> results = new ArrayList<>();
      for (Future<List<Sample>> reading : readings) {
        results.add(reading.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }
}
