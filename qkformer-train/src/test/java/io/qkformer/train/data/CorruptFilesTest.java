package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples that cannot be read: fatal or left out, the same with every number of threads. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class CorruptFilesTest {
  private static final int SIZE = 40;

  private LogRecord log;

  @BeforeEach
  void keepReportsOffTheConsole() {
    log = new LogRecord(Level.WARN);
  }

  @AfterEach
  void stopKeeping() {
    log.close();
  }

  @Test
  void theNextReadableSampleOfTheOrderTakesThePlace() {
    List<Integer> whole = indices(loader(withCorrupt(Set.of())).build(), 0);
    int last = whole.get(SIZE - 1);
    Set<Integer> corrupt = Set.of(whole.get(3), whole.get(10), whole.get(11), last);
    List<Integer> expected = new ArrayList<>(whole);
    expected.set(3, whole.get(4));
    expected.set(10, whole.get(12));
    expected.set(11, whole.get(12));
    expected.set(SIZE - 1, whole.get(0));

    assertThat(indices(loader(withCorrupt(corrupt)).build(), 0)).isEqualTo(expected);
  }

  @Test
  void theSubstituteIsAugmentedAfreshAndHasItsOwnLabel() {
    Dataset dataset = new StubDataset(2, i -> {
      if (i == 0) {
        throw new DatasetException("0.png is corrupt");
      }
      return new Sample("1", 1, TestImages.noise(9, 9, 1));
    });
    DataLoader loader = DataLoader.builder(dataset).batchSize(2).shuffle(Order.SEQUENTIAL)
        .augmentation(new PaddedRandomCrop(4)).corruptFiles(CorruptFiles.SKIP).seed(4).build();
    try (Epoch epoch = loader.epoch(0); Batch batch = epoch.next()) {
      assertThat(batch.indices()).containsExactly(1, 1);
      assertThat(batch.ids()).as("of what stands in").containsExactly("1", "1");
      assertThat(batch.labels()).containsExactly(1, 1);
      // 81 places: with this seed two different ones
      assertThat(batch.images().tensorAlongDimension(0, 2, 3, 4))
          .isNotEqualTo(batch.images().tensorAlongDimension(1, 2, 3, 4));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void theNumberOfThreadsChangesNeitherBatchesNorReports(int threads) {
    Set<Integer> corrupt = Set.of(0, 7, 8, 9, 30, 39);
    DataLoader one = loader(withCorrupt(corrupt)).threads(1).prefetch(1).build();
    DataLoader many = loader(withCorrupt(corrupt)).threads(threads).prefetch(7).build();

    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(indices(many, epoch)).isEqualTo(indices(one, epoch));
    }
    assertThat(many.corruptFiles()).isEqualTo(one.corruptFiles()).extracting(CorruptFile::index)
        .containsExactlyInAnyOrderElementsOf(corrupt);
  }

  @Test
  void aResumedEpochHasTheSameSubstitutes() {
    DataLoader loader = loader(withCorrupt(Set.of(1, 2, 20, 21, 22))).build();
    List<Integer> whole = indices(loader, 5);

    try (Epoch rest = loader.epoch(5, 3)) {
      assertThat(indices(rest)).isEqualTo(whole.subList(3 * 4, SIZE));
    }
  }

  @Test
  void repeatsOfACorruptSampleGetTheNextOne() {
    Dataset dataset = withCorrupt(Set.of(2));
    DataLoader loader = DataLoader.builder(dataset).batchSize(3).shuffle(Order.SEQUENTIAL)
        .repeated(new RepeatedAugmentation(3, 1)).corruptFiles(CorruptFiles.SKIP).build();

    assertThat(indices(loader, 0)).startsWith(0, 0, 0, 1, 1, 1, 3, 3, 3, 3, 3, 3, 4);
  }

  @Test
  void eachIsReportedOnceByName() {
    DataLoader loader = loader(withCorrupt(Set.of(5, 6))).threads(3).build();
    for (int epoch = 0; epoch < 3; epoch++) {
      indices(loader, epoch);
    }
    assertThat(log.messages()).containsExactlyInAnyOrder(
        "WARN sample 5 of stub is left out: 5.png is corrupt", "WARN sample 6 of stub is left out: 6.png is corrupt");
    assertThat(loader.corruptFiles()).contains(new CorruptFile(5, "5.png is corrupt"));
  }

  @Test
  void tenAreLeftOutAndTheEleventhIsFatal() {
    Set<Integer> ten = IntStream.range(0, 10).boxed().collect(Collectors.toSet());
    assertThat(indices(loader(withCorrupt(ten)).build(), 0)).hasSize(SIZE).doesNotContainAnyElementsOf(ten);

    Dataset dataset = withCorrupt(IntStream.range(0, 11).boxed().collect(Collectors.toSet()));
    List<String> messages = new ArrayList<>();
    for (int threads : new int[] {1, 4}) {
      DataLoader loader = loader(dataset).shuffle(Order.SEQUENTIAL).threads(threads).prefetch(threads).build();
      assertThatThrownBy(() -> indices(loader, 0)).isInstanceOf(UncheckedIOException.class)
          .hasRootCauseInstanceOf(DatasetException.class)
          .hasMessageContaining("11 of 40 samples of stub cannot be read").hasMessageContaining("at most 10")
          .hasMessageContaining("0.png is corrupt; 1.png is corrupt").satisfies(e -> messages.add(e.getMessage()));
    }
    assertThat(messages.get(0)).isEqualTo(messages.get(1));
  }

  @Test
  void aHundredthOfALargeDataSetMayBeLeftOut() throws IOException {
    Dataset some = new StubDataset(2000, i -> readOrFail(i, i % 100 == 7));
    assertThat(indices(loader(some).batchSize(100).build(), 0)).hasSize(2000);
    Dataset more = new StubDataset(2000, i -> readOrFail(i, i % 100 == 7 || i == 1999));
    assertThatThrownBy(() -> indices(loader(more).batchSize(100).build(), 0)).hasMessageContaining("21 of 2000")
        .hasMessageContaining("at most 20");
  }

  @Test
  void whereNoneCanBeReadNoneIsLookedForForEver() {
    Dataset none = new StubDataset(3, i -> readOrFail(i, true));
    assertThatThrownBy(() -> indices(loader(none).build(), 0)).isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("3 of 3 samples").hasMessageContaining("one must remain");
    Dataset many = new StubDataset(100_000, i -> readOrFail(i, true));
    assertThatThrownBy(() -> indices(loader(many).build(), 0)).hasMessageContaining("1001 of 100000");
  }

  @Test
  void mistakesOfThePartsAreNoCorruptFiles() {
    Dataset broken = new StubDataset(20, i -> {
      throw new IllegalStateException("a bug");
    });
    assertThatThrownBy(() -> indices(loader(broken).build(), 0)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a bug");
    Dataset labels = new StubDataset(20, i -> new Sample("a" + i, 2, TestImages.flat(2, 2, 0)));
    assertThatThrownBy(() -> indices(loader(labels).build(), 0)).hasMessageContaining("unknown label 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aCacheDropsThemAndMovesTheOthersUp(int threads) throws IOException {
    CachedDataset cached = CachedDataset.load(withCorrupt(Set.of(0, 5, 39)), threads, LoadProgress.silent(),
        CorruptFiles.SKIP);

    assertThat(cached.size()).isEqualTo(37);
    List<String> ids = IntStream.range(0, 37).mapToObj(i -> cached.get(i).id()).toList();
    assertThat(ids).doesNotHaveDuplicates().startsWith("no. 1", "no. 2", "no. 3", "no. 4", "no. 6")
        .endsWith("no. 38");
    assertThat(cached.corruptFiles()).extracting(CorruptFile::index).containsExactly(0, 5, 39);
    assertThat(log.messages()).hasSize(3).allSatisfy(message -> assertThat(message).contains(".png is corrupt"));
    assertThatThrownBy(() -> cached.get(37)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aCacheGivesUpOverTooManyOrTheFirstOfTheOrder(int threads) {
    Dataset dataset = new StubDataset(3000, i -> readOrFail(i, i >= 270 && i % 90 == 5));
    assertThatThrownBy(() -> CachedDataset.load(dataset, threads, LoadProgress.silent(), CorruptFiles.SKIP))
        .isInstanceOf(DatasetException.class).hasMessageContaining("31 of 3000").hasMessageContaining("at most 30")
        .hasMessageEndingWith("first: 275.png is corrupt; 365.png is corrupt; 455.png is corrupt; 545.png is corrupt;"
            + " 635.png is corrupt");
    assertThatThrownBy(() -> CachedDataset.load(dataset, threads, LoadProgress.silent(), CorruptFiles.FAIL))
        .isInstanceOf(DatasetException.class).hasMessage("275.png is corrupt");
    Dataset none = new StubDataset(5, i -> readOrFail(i, true));
    assertThatThrownBy(() -> CachedDataset.load(none, threads, LoadProgress.silent(), CorruptFiles.SKIP))
        .hasMessageContaining("5 of 5");
  }

  private static Dataset withCorrupt(Set<Integer> corrupt) {
    return new StubDataset(SIZE, i -> readOrFail(i, corrupt.contains(i)));
  }

  private static Sample readOrFail(int index, boolean corrupt) throws IOException {
    if (corrupt) {
      throw new DatasetException(index + ".png is corrupt");
    }
    return StubDataset.numberedSample(index);
  }

  private static DataLoader.Builder loader(Dataset dataset) {
    return DataLoader.builder(dataset).batchSize(4).seed(2).corruptFiles(CorruptFiles.SKIP);
  }

  private static List<Integer> indices(DataLoader loader, int number) {
    try (Epoch epoch = loader.epoch(number)) {
      return indices(epoch);
    }
  }

  private static List<Integer> indices(Epoch epoch) {
    List<Integer> indices = new ArrayList<>();
    epoch.forEachRemaining(batch -> {
      Arrays.stream(batch.indices()).forEach(indices::add);
      batch.close();
    });
    return indices;
  }
}
