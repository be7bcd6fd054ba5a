package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Changes of a batch's pictures before they are normalised. */
class BatchAugmentationTest {
  private static final Dataset DATASET = new StubDataset(10, i -> new Sample("n" + i, i % 2, TestImages.flat(3, 2, i)));

  private static DataLoader.Builder loader(BatchAugmentation augmentation) {
    return DataLoader.builder(DATASET).batchSize(4).shuffle(Order.SEQUENTIAL).batchAugmentation(augmentation);
  }

  @Test
  void isToldTheEpochTheBatchAndTheSizes() {
    Map<Integer, String> told = new ConcurrentHashMap<>();
    DataLoader loader = loader((epoch, batch, pictures, height, width) -> {
      told.put(batch, epoch + " " + pictures.size() + " " + height + "x" + width + " " + pictures.get(0)[5]);
      return pictures;
    }).threads(2).build();
    try (Epoch epoch = loader.epoch(6)) {
      epoch.forEachRemaining(Batch::close);
    }

    assertThat(told).containsOnly(Map.entry(0, "6 4 2x3 0"), Map.entry(1, "6 4 2x3 4"), Map.entry(2, "6 2 2x3 8"));
  }

  @Test
  void comesAfterTheImagesAugmentationAndBeforeNormalisation() {
    DataLoader loader = loader((epoch, batch, pictures, height, width) -> pictures.stream()
        .map(picture -> TestImages.flat(3, 2, picture[0] * 2).toBytes()).toList())
        .augmentation((image, random) -> TestImages.flat(3, 2, image.value(0, 0, 0) + 1))
        .normalizedAugmentation((values, offset, height, width, random) -> values[offset] += 1000)
        .normalization(new Normalization(List.of(0.5, 0.5, 0.5), List.of(1 / 255.0, 1 / 255.0, 1 / 255.0))).build();
    try (Epoch epoch = loader.epoch(0); Batch batch = epoch.next()) {
      assertThat(batch.images().getFloat(0, 3, 1, 1, 1)).isEqualTo((3 + 1) * 2 - 127.5f);
      assertThat(batch.images().getFloat(0, 3, 0, 0, 0)).isEqualTo((3 + 1) * 2 - 127.5f + 1000);
    }
  }

  @Test
  void whatItReturnsMustFit() {
    failure((epoch, batch, pictures, height, width) -> pictures.subList(1, 4), "18 bytes, got [18] bytes in 3");
    failure((epoch, batch, pictures, height, width) -> List.of(new byte[18], new byte[18], new byte[17], new byte[18]),
        "18 bytes, got [18, 17] bytes in 4");
    failure((epoch, batch, pictures, height, width) -> {
      throw new UnsupportedOperationException("no mixing today");
    }, "no mixing today");
  }

  private static void failure(BatchAugmentation augmentation, String message) {
    try (Epoch epoch = loader(augmentation).build().epoch(2)) {
      assertThatThrownBy(epoch::next).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("batch 0 of epoch 2 of stub").hasMessageContaining(message);
    }
  }
}
