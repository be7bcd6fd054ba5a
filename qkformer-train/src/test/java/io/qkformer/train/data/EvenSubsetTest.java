package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class EvenSubsetTest {

  private static final Dataset TEN = StubDataset.numbered(10);

  @Test
  void samplesAreSpreadOverTheDataInItsOrder() throws IOException {
    Dataset subset = EvenSubset.of(TEN, 4);

    assertThat(subset.size()).isEqualTo(4);
    assertThat(new Sample[] {subset.get(0), subset.get(1), subset.get(2), subset.get(3)})
        .containsExactly(TEN.get(0), TEN.get(2), TEN.get(5), TEN.get(7));
    assertThat(subset.classNames()).isEqualTo(TEN.classNames());
    assertThatThrownBy(() -> subset.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void allSamplesAreTheDataSet() throws IOException {
    Dataset all = EvenSubset.of(TEN, 10);
    for (int i = 0; i < 10; i++) {
      assertThat(all.get(i)).isEqualTo(TEN.get(i));
    }
  }

  @Test
  void eachSizeHasItsFingerprint() throws IOException {
    assertThat(EvenSubset.of(TEN, 4).fingerprint()).isEqualTo(EvenSubset.of(StubDataset.numbered(10), 4).fingerprint())
        .isNotEqualTo(EvenSubset.of(TEN, 5).fingerprint()).isNotEqualTo(TEN.fingerprint());
  }

  @Test
  void aLoaderGivesTheSameSamplesInOneBatch() {
    DataLoader loader = DataLoader.builder(TEN).batchSize(4).shuffle(Order.SEQUENTIAL).build();
    try (Batch four = loader.evenly(8); Batch three = loader.evenly(3)) {
      assertThat(four.indices()).containsExactly(0, 2, 5, 7);
      assertThat(three.indices()).containsExactly(0, 3, 6);
    }
    try (Batch all = DataLoader.builder(TEN).build().evenly(64)) {
      assertThat(all.indices()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
    assertThatThrownBy(() -> loader.evenly(0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("samples of a batch: expected at least 1, got 0");
  }

  @Test
  void asksForNoMoreThanThereIs() {
    assertThatThrownBy(() -> EvenSubset.of(TEN, 11)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("subset of stub: expected 1 to 10 samples, as many as there are, got 11");
    assertThatThrownBy(() -> EvenSubset.of(TEN, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
