package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Samples that come several times in a row, augmented afresh. */
class RepeatedAugmentationTest {
  private static final int SAMPLES = 21;

  private record Seen(int index, List<Float> pixels) { }

  private static List<Seen> seen(DataLoader.Builder builder, int epoch) {
    List<Seen> seen = new ArrayList<>();
    try (Epoch batches = builder.build().epoch(epoch)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          for (int i = 0; i < batch.size(); i++) {
            List<Float> pixels = new ArrayList<>();
            for (float value : batch.images().tensorAlongDimension(i, 2, 3, 4).ravel().toFloatVector()) {
              pixels.add(value);
            }
            seen.add(new Seen(batch.indices()[i], pixels));
          }
        }
      }
    }
    return seen;
  }

  private static DataLoader.Builder builder(RepeatedAugmentation repeated) {
    Dataset noise = new StubDataset(SAMPLES, i -> new Sample("n" + i, i % 2, TestImages.noise(6, 6, i)));
    return DataLoader.builder(noise).batchSize(4).seed(5).augmentation(new PaddedRandomCrop(4)).repeated(repeated);
  }

  @Test
  void eachSampleComesInARowAndTheEpochIsCut() {
    List<Seen> seen = seen(builder(new RepeatedAugmentation(3, 8)), 0);
    assertThat(seen).hasSize(16);
    List<Integer> order = seen(builder(RepeatedAugmentation.NONE), 0).stream().map(Seen::index).toList();
    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i).index()).isEqualTo(order.get(i / 3));
    }
  }

  @Test
  void eachVisitIsAugmentedAfreshAndTheFirstAsWithoutRepeats() {
    List<Seen> once = seen(builder(RepeatedAugmentation.NONE), 2);
    List<Seen> seen = seen(builder(new RepeatedAugmentation(3, 1)).threads(2), 2);
    assertThat(seen).hasSize(SAMPLES).isEqualTo(seen(builder(new RepeatedAugmentation(3, 1)), 2));
    assertThat(once).contains(seen.get(0), seen.get(3), seen.get(18));
    // 81 places each: hardly ever twice the same
    assertThat(new HashSet<>(seen)).hasSizeGreaterThan(SAMPLES - 3);
  }

  @Test
  void smallDataSetsAreNotRoundedAway() {
    assertThat(builder(new RepeatedAugmentation(3)).build().batches()).isEqualTo(6);
    assertThat(new RepeatedAugmentation(3).epochSize(50_000)).isEqualTo(49_920);
  }

  @Test
  void badNumbersAreRefused() {
    assertThatThrownBy(() -> new RepeatedAugmentation(0)).hasMessageContaining("repeats");
    assertThatThrownBy(() -> new RepeatedAugmentation(3, 0)).hasMessageContaining("round");
  }
}
