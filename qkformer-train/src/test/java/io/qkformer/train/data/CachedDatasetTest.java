package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachedDatasetTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void readsEachSampleOnceAndKeepsItsPlace(int threads) throws IOException {
    AtomicInteger reads = new AtomicInteger();
    Dataset source = new StubDataset(1000, index -> {
      reads.incrementAndGet();
      return StubDataset.numberedSample(index);
    });

    Dataset cached = CachedDataset.load(source, threads, LoadProgress.silent());

    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1000; i++) {
        assertThat(cached.get(i)).isEqualTo(StubDataset.numberedSample(i));
      }
    }
    assertThat(reads).hasValue(1000);
    assertThat(cached.name()).isEqualTo("stub");
    assertThat(cached.classNames()).containsExactly("even", "odd");
  }

  @Test
  void reportsRisingProgressUpToTheEnd() throws IOException {
    List<Integer> reports = new ArrayList<>();

    CachedDataset.load(StubDataset.numbered(700), 2, (loaded, total) -> {
      assertThat(total).isEqualTo(700);
      reports.add(loaded);
    });

    assertThat(reports).hasSizeGreaterThan(1).isSorted().doesNotHaveDuplicates().endsWith(700);
  }

  @Test
  void givesUpWithTheErrorOfASampleThatCannotBeRead() {
    Dataset broken = new StubDataset(1000, index -> {
      if (index == 600) {
        throw new DatasetException("600.png is corrupt");
      }
      return StubDataset.numberedSample(index);
    });

    assertThatThrownBy(() -> CachedDataset.load(broken, 2, LoadProgress.silent()))
        .isInstanceOf(DatasetException.class).hasMessage("600.png is corrupt");
  }

  @Test
  void refusesAnEmptyDataSetAndZeroThreads() {
    assertThatThrownBy(() -> CachedDataset.load(StubDataset.numbered(0), 1, LoadProgress.silent()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("stub is empty");
    assertThatThrownBy(() -> CachedDataset.load(StubDataset.numbered(1), 0, LoadProgress.silent()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("threads")
        .hasMessageContaining("got 0");
  }
}
