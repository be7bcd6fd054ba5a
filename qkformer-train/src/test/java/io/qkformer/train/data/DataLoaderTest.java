package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class DataLoaderTest {
  private static final Augmentation STANDARD = Compose.of(
      new RandomHorizontalFlip(RandomHorizontalFlip.DEFAULT_PROBABILITY),
      new PaddedRandomCrop(PaddedRandomCrop.DEFAULT_PADDING));

  /** A batch's contents, which outlive it. */
  record Seen(List<Integer> indices, List<Integer> labels, List<Float> pixels) { }

  @Test
  void batchesAreFloatImagesWithChannelsLast() throws Exception {
    Dataset dataset = new StubDataset(4, i -> new Sample("n" + i, i % 2, TestImages.noise(5, 3, i)));
    DataLoader loader = DataLoader.builder(dataset).batchSize(4).shuffle(Order.SEQUENTIAL)
        .normalization(Normalization.IMAGENET).build();

    try (Epoch epoch = loader.epoch(0); Batch batch = epoch.next()) {
      assertThat(batch.images().dataType()).isEqualTo(DataType.FLOAT);
      assertThat(batch.images().ordering()).isEqualTo('c');
      assertThat(batch.images().shape()).containsExactly(1, 4, 3, 5, 3);
      assertThat(batch.labels()).containsExactly(0, 1, 0, 1);
      for (int i = 0; i < 4; i++) {
        for (int y = 0; y < 3; y++) {
          for (int x = 0; x < 5; x++) {
            for (int c = 0; c < 3; c++) {
              int value = TestImages.noise(5, 3, i).value(x, y, c);
              double expected = (value / 255.0 - Normalization.IMAGENET.mean().get(c))
                  / Normalization.IMAGENET.std().get(c);
              assertThat(batch.images().getDouble(0, i, y, x, c)).isCloseTo(expected, within(1e-6));
            }
          }
        }
      }
    }
  }

  @Test
  void theNumberOfThreadsAndThePrefetchChangeNothing() {
    DataLoader.Builder builder = DataLoader.builder(new ShapesDataset(Split.TRAIN, 50, 3)).batchSize(8)
        .augmentation(STANDARD).seed(11);
    List<Seen> expected = seen(builder.threads(1).prefetch(1).build(), 2);

    assertThat(seen(builder.threads(1).prefetch(1).build(), 2)).isEqualTo(expected);
    assertThat(seen(builder.threads(2).prefetch(3).build(), 2)).isEqualTo(expected);
    assertThat(seen(builder.threads(5).prefetch(20).build(), 2)).isEqualTo(expected);
    assertThat(seen(builder.build(), 3)).isNotEqualTo(expected);
    assertThat(seen(builder.seed(12).build(), 2)).isNotEqualTo(expected);
  }

  @Test
  void augmentationIsDrawnForEachSampleAndEpochWhateverTheOrder() {
    Dataset dataset = new ShapesDataset(Split.TRAIN, 20, 3);
    DataLoader.Builder builder = DataLoader.builder(dataset).batchSize(1).augmentation(STANDARD);
    List<Seen> shuffled = new ArrayList<>(seen(builder.build(), 4));
    shuffled.sort((a, b) -> a.indices().get(0) - b.indices().get(0));

    builder.shuffle(Order.SEQUENTIAL);

    assertThat(seen(builder.build(), 4)).isEqualTo(shuffled);
    assertThat(seen(builder.build(), 5)).isNotEqualTo(shuffled);
  }

  @Test
  void equalImagesAreAugmentedDifferently() {
    Image image = new ShapesDataset(Split.TRAIN, 1, 3).get(0).image();
    Dataset copies = new StubDataset(40, index -> new Sample("copy " + index, 0, image));

    List<Seen> batches = seen(DataLoader.builder(copies).batchSize(1).augmentation(STANDARD).build(), 0);

    // 40 draws from 162 equally likely outcomes give 36 different ones on average
    assertThat(batches.stream().map(Seen::pixels).distinct()).hasSizeGreaterThan(28);
  }

  @Test
  void eachEpochShufflesAllSamplesAnew() {
    DataLoader loader = DataLoader.builder(StubDataset.numbered(101)).batchSize(10).build();
    List<Integer> all = IntStream.range(0, 101).boxed().toList();

    List<Integer> first = indices(loader, 0);
    List<Integer> second = indices(loader, 1);

    assertThat(first).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all).isNotEqualTo(second);
    assertThat(second).containsExactlyInAnyOrderElementsOf(all);
    assertThat(indices(loader, 0)).isEqualTo(first);
  }

  @Test
  void shufflingBringsEverySampleToEveryPlaceEquallyOften() {
    int epochs = 800;
    int[][] counts = new int[4][4];
    DataLoader loader = DataLoader.builder(StubDataset.numbered(4)).batchSize(4).build();
    for (int e = 0; e < epochs; e++) {
      List<Integer> order = indices(loader, e);
      for (int place = 0; place < 4; place++) {
        counts[place][order.get(place)]++;
      }
    }

    // 5 standard deviations of a binomial count with p = 1/4
    assertThat(Arrays.stream(counts).flatMapToInt(Arrays::stream).boxed().toList())
        .allSatisfy(count -> assertThat(count).isCloseTo(epochs / 4, within(61)));
  }

  @Test
  void labelsGoWithTheirImages() {
    DataLoader loader = DataLoader.builder(StubDataset.numbered(30)).batchSize(7).build();

    for (Seen batch : seen(loader, 0)) {
      for (int i = 0; i < batch.indices().size(); i++) {
        int index = batch.indices().get(i);
        assertThat(batch.labels().get(i)).isEqualTo(index % 2);
        assertThat(batch.pixels().get(i * 12)).isEqualTo(index / 255f);
      }
    }
  }

  @Test
  void theLastBatchIsKeptOrDropped() {
    DataLoader.Builder builder = DataLoader.builder(StubDataset.numbered(10)).batchSize(4);

    assertThat(sizes(builder.lastBatch(LastBatch.KEEP).build())).containsExactly(4, 4, 2);
    assertThat(sizes(builder.lastBatch(LastBatch.DROP).build())).containsExactly(4, 4);
    assertThat(sizes(builder.batchSize(5).lastBatch(LastBatch.KEEP).build())).containsExactly(5, 5);
    assertThat(sizes(builder.batchSize(99).build())).containsExactly(10);
  }

  @Test
  void aLoaderDoesNotFollowItsBuilder() {
    DataLoader.Builder builder = DataLoader.builder(StubDataset.numbered(10)).batchSize(4);
    DataLoader loader = builder.build();
    builder.batchSize(1);

    assertThat(sizes(loader)).containsExactly(4, 4, 2);
  }

  @Test
  void refusesAConfigurationThatCannotWork() {
    assertThatThrownBy(() -> DataLoader.builder(StubDataset.numbered(0)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("stub is empty");
    DataLoader.Builder builder = DataLoader.builder(StubDataset.numbered(3));
    assertThatThrownBy(() -> builder.batchSize(0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch size: expected at least 1, got 0");
    assertThatThrownBy(() -> builder.threads(0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("threads");
    assertThatThrownBy(() -> builder.prefetch(-2)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prefetch");
    assertThatThrownBy(() -> builder.batchSize(4).lastBatch(LastBatch.DROP).build())
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at most the 3 samples")
        .hasMessageContaining("got 4");
    assertThatThrownBy(() -> builder.lastBatch(LastBatch.KEEP).build().epoch(-1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("epoch");
  }

  private static List<Seen> seen(DataLoader loader, int number) {
    List<Seen> batches = new ArrayList<>();
    try (Epoch epoch = loader.epoch(number)) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          float[] pixels = batch.images().data().asFloat();
          batches.add(new Seen(boxed(batch.indices()), boxed(batch.labels()),
              IntStream.range(0, pixels.length).mapToObj(i -> pixels[i]).toList()));
        }
      }
    }
    assertThat(batches).hasSize(loader.batches());
    return batches;
  }

  private static List<Integer> indices(DataLoader loader, int number) {
    return seen(loader, number).stream().flatMap(batch -> batch.indices().stream()).toList();
  }

  private static List<Integer> sizes(DataLoader loader) {
    return seen(loader, 0).stream().map(batch -> batch.indices().size()).toList();
  }

  private static List<Integer> boxed(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
