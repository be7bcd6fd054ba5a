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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** The loader with clips: what it promises of images holds for them. */
class ClipLoaderTest {
  /** Adds one random number to all values. */
  private static final ClipAugmentation SHIFT = (clip, random) -> {
    float[] values = clip.values().clone();
    float shift = random.nextInt(1 << 20);
    for (int i = 0; i < values.length; i++) {
      values[i] += shift;
    }
    return clip.withValues(values);
  };

  private record Seen(List<Integer> indices, List<Integer> labels, List<Float> values) { }

  @Test
  void batchesHaveTimeInFrontOfTheSamples() {
    DataLoader loader = DataLoader.builder(StubClips.numbered(4)).batchSize(4).shuffle(Order.SEQUENTIAL).build();

    try (Epoch epoch = loader.epoch(0); Batch batch = epoch.next()) {
      assertThat(batch.images().dataType()).isEqualTo(DataType.FLOAT);
      assertThat(batch.images().ordering()).isEqualTo('c');
      assertThat(batch.images().shape()).containsExactly(3, 4, 2, 4, 2);
      assertThat(batch.labels()).containsExactly(0, 1, 0, 1);
      assertThat(batch.size()).isEqualTo(4);
      for (int b = 0; b < 4; b++) {
        Clip clip = StubClips.numberedSample(b).clip();
        for (int t = 0; t < 3; t++) {
          for (int i = 0; i < 16; i++) {
            assertThat(batch.images().getFloat(t, b, i / 8, i / 2 % 4, i % 2))
                .isEqualTo(clip.value(t, i / 8, i / 2 % 4, i % 2));
          }
        }
      }
    }
  }

  @Test
  void theNumberOfThreadsAndThePrefetchChangeNothing() {
    DataLoader.ClipBuilder builder = DataLoader.builder(StubClips.numbered(23)).batchSize(4).augmentation(SHIFT)
        .seed(11);
    List<Seen> expected = seen(builder.threads(1).prefetch(1).build(), 2, 0);

    assertThat(seen(builder.threads(3).prefetch(7).build(), 2, 0)).isEqualTo(expected);
    assertThat(seen(builder.build(), 3, 0)).isNotEqualTo(expected);
    assertThat(seen(builder.seed(12).build(), 2, 0)).isNotEqualTo(expected);
  }

  @Test
  void aResumedEpochGoesOnAsTheWholeOne() {
    DataLoader loader = DataLoader.builder(StubClips.numbered(23)).batchSize(4).augmentation(SHIFT).threads(2)
        .repeated(new RepeatedAugmentation(2, 1)).build();
    List<Seen> whole = seen(loader, 1, 0);

    assertThat(loader.batches()).isEqualTo(6);
    assertThat(loader.samples()).isEqualTo(23);
    assertThat(seen(loader, 1, 4)).isEqualTo(whole.subList(4, 6));
  }

  @Test
  void augmentationIsDrawnForEachSampleAndEpochWhateverTheOrder() {
    DataLoader.ClipBuilder builder = DataLoader.builder(StubClips.numbered(12)).batchSize(1).augmentation(SHIFT);
    List<Seen> shuffled = new ArrayList<>(seen(builder.build(), 4, 0));
    shuffled.sort((a, b) -> a.indices().get(0) - b.indices().get(0));
    builder.shuffle(Order.SEQUENTIAL);

    assertThat(seen(builder.build(), 4, 0)).isEqualTo(shuffled);
    assertThat(seen(builder.build(), 5, 0)).isNotEqualTo(shuffled);
    List<Seen> repeated = seen(builder.repeated(new RepeatedAugmentation(3, 1)).build(), 4, 0);
    assertThat(repeated.get(0)).isEqualTo(shuffled.get(0));
    assertThat(repeated.subList(0, 3)).extracting(batch -> batch.indices().get(0)).containsOnly(0);
    assertThat(repeated.subList(0, 3)).doesNotHaveDuplicates();
  }

  @Test
  void theNextReadableClipTakesThePlaceOfACorruptOne() {
    StubClips some = new StubClips(8, i -> readOrFail(i, Set.of(2, 3)));
    try (LogRecord log = new LogRecord(Level.WARN)) {
      DataLoader loader = DataLoader.builder(some).batchSize(4).shuffle(Order.SEQUENTIAL)
          .corruptFiles(CorruptFiles.SKIP).build();
      assertThat(seen(loader, 0, 0)).extracting(Seen::indices)
          .containsExactly(List.of(0, 1, 4, 4), List.of(4, 5, 6, 7));
      assertThat(loader.corruptFiles()).extracting(CorruptFile::index).containsExactly(2, 3);
      assertThat(log.messages()).hasSize(2).first().isEqualTo(
          "WARN sample 2 of stub clips is left out: clip 2 is corrupt");
    }
    DataLoader strict = DataLoader.builder(some).batchSize(4).shuffle(Order.SEQUENTIAL).build();
    assertThatThrownBy(() -> seen(strict, 0, 0)).isInstanceOf(UncheckedIOException.class)
        .hasMessage("sample 2 of stub clips: clip 2 is corrupt");
    StubClips none = new StubClips(30, i -> readOrFail(i, IntStream.range(0, 30).boxed().collect(
        Collectors.toSet())));
    assertThatThrownBy(() -> seen(DataLoader.builder(none).corruptFiles(CorruptFiles.SKIP).build(), 0, 0))
        .hasMessageContaining("11 of 30 samples of stub clips cannot be read");
  }

  @Test
  void mistakesAreNamed() {
    StubClips shapes = new StubClips(3, i -> new ClipSample("clip " + i, 0, StubClips.clip(3, 2 + i / 2, i)));
    DataLoader.ClipBuilder builder = DataLoader.builder(shapes).shuffle(Order.SEQUENTIAL);
    assertThatThrownBy(() -> seen(builder.build(), 0, 0)).isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("clip 2 is Clip[T=3, H=3", "clip 0 is Clip[T=3, H=2");
    assertThatThrownBy(() -> seen(builder.augmentation((clip, random) -> {
      throw new IllegalStateException("a bug");
    }).build(), 0, 0)).hasMessageContaining("sample 0 of stub clips").hasMessageContaining("a bug");
    StubClips labels = new StubClips(3, i -> new ClipSample("clip " + i, 2, StubClips.clip(1, 2, i)));
    assertThatThrownBy(() -> seen(DataLoader.builder(labels).build(), 0, 0))
        .hasMessageContaining("unknown label 2, expected 0 to 1");
    assertThatThrownBy(() -> DataLoader.builder(StubClips.numbered(0))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stub clips is empty");
  }

  @Test
  void theLoaderKnowsItsDataSet() throws IOException {
    StubClips clips = StubClips.numbered(5);
    SampleSource dataset = DataLoader.builder(clips).build().dataset();

    assertThat(dataset).isSameAs(clips);
    assertThat(dataset.fingerprint()).isEqualTo(clips.fingerprint()).matches("[0-9a-f]{64}");
  }

  @Test
  void theFingerprintCoversAllThatAClipHas() throws IOException {
    List<StubClips> others = List.of(StubClips.numbered(2), StubClips.numbered(3),
        new StubClips(2, i -> new ClipSample("clip " + i, i % 2, StubClips.clip(3, 2, i + 1))),
        new StubClips(2, i -> new ClipSample("clip " + i, i % 2, StubClips.clip(2, 3, i))),
        new StubClips(2, i -> new ClipSample("clip " + i, 0, StubClips.clip(3, 2, i))),
        new StubClips(2, i -> new ClipSample("c" + i, i % 2, StubClips.clip(3, 2, i))));
    List<String> prints = new ArrayList<>();
    for (StubClips clips : others) {
      prints.add(clips.fingerprint());
    }
    assertThat(prints).doesNotHaveDuplicates();
    assertThat(StubClips.numbered(2).fingerprint()).isEqualTo(prints.get(0));
  }

  private static ClipSample readOrFail(int index, Set<Integer> corrupt) throws IOException {
    if (corrupt.contains(index)) {
      throw new DatasetException("clip " + index + " is corrupt");
    }
    return StubClips.numberedSample(index);
  }

  private static List<Seen> seen(DataLoader loader, int number, int firstBatch) {
    List<Seen> batches = new ArrayList<>();
    try (Epoch epoch = loader.epoch(number, firstBatch)) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          float[] values = batch.images().data().asFloat();
          batches.add(new Seen(Arrays.stream(batch.indices()).boxed().toList(),
              Arrays.stream(batch.labels()).boxed().toList(),
              IntStream.range(0, values.length).mapToObj(i -> values[i]).toList()));
        }
      }
      assertThat(epoch.waitedNanos()).isPositive();
    }
    return batches;
  }
}
