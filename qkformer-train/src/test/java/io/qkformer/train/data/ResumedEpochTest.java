package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Epochs that start at a later batch, what an epoch says of its size, and of the time it made wait. */
class ResumedEpochTest {
  private static final Augmentation STANDARD = Compose.of(
      new RandomHorizontalFlip(RandomHorizontalFlip.DEFAULT_PROBABILITY),
      new PaddedRandomCrop(PaddedRandomCrop.DEFAULT_PADDING));

  private record Seen(List<Integer> indices, List<Integer> labels, List<Float> pixels) { }

  @Property(tries = 40)
  void goesOnAsTheWholeEpochWould(@ForAll @IntRange(min = 1, max = 30) int size,
      @ForAll @IntRange(min = 1, max = 8) int batchSize, @ForAll @IntRange(max = 40) int from,
      @ForAll @IntRange(min = 1, max = 3) int threads, @ForAll LastBatch lastBatch,
      @ForAll @IntRange(min = 1, max = 3) int repeats, @ForAll long seed) {
    DataLoader.Builder builder = DataLoader.builder(noise(size)).batchSize(Math.min(batchSize, size)).seed(seed)
        .augmentation(STANDARD).lastBatch(lastBatch).repeated(new RepeatedAugmentation(repeats, 1)).threads(threads)
        .batchAugmentation((epoch, batch, pictures, height, width) -> pictures.stream().map(picture -> {
          byte[] changed = picture.clone();
          changed[0] = (byte) (100 * epoch + batch);
          return changed;
        }).toList());
    DataLoader loader = builder.build();
    List<Seen> whole = seen(loader, 3, 0);
    int first = from % (loader.batches() + 1);

    assertThat(seen(loader, 3, first)).isEqualTo(whole.subList(first, whole.size()));
    assertThat(whole.stream().mapToInt(batch -> batch.indices().size()).sum()).isEqualTo(loader.samples());
  }

  @Test
  void tellsTheSizeOfTheWholeEpoch() {
    DataLoader.Builder builder = DataLoader.builder(noise(10)).batchSize(4);
    assertThat(builder.build().samples()).isEqualTo(10);
    assertThat(builder.lastBatch(LastBatch.DROP).build().samples()).isEqualTo(8);
    DataLoader repeated = DataLoader.builder(noise(21)).batchSize(3).lastBatch(LastBatch.DROP)
        .repeated(new RepeatedAugmentation(3, 8)).build();
    assertThat(repeated.samples()).isEqualTo(15);
    try (Epoch epoch = repeated.epoch(0, 4)) {
      assertThat(epoch.size()).isEqualTo(15);
      assertThat(epoch.batches()).isEqualTo(5);
      epoch.next().close();
      assertThat(epoch.hasNext()).isFalse();
    }
  }

  @Test
  void noBatchIsLeftAfterTheLast() {
    DataLoader loader = DataLoader.builder(noise(10)).batchSize(4).build();
    try (Epoch epoch = loader.epoch(0, 3)) {
      assertThat(epoch.hasNext()).isFalse();
      assertThatThrownBy(epoch::next).isInstanceOf(NoSuchElementException.class);
    }
    for (int outside : new int[] {-1, 4}) {
      assertThatThrownBy(() -> loader.epoch(0, outside)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("first batch: expected 0 to 3").hasMessageContaining("got " + outside);
    }
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void tellsHowLongItMadeWait() throws InterruptedException {
    Dataset slow = new StubDataset(4, i -> {
      try {
        Thread.sleep(40);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return StubDataset.numberedSample(i);
    });
    DataLoader loader = DataLoader.builder(slow).batchSize(1).prefetch(1).build();
    try (Epoch epoch = loader.epoch(0)) {
      assertThat(epoch.waitedNanos()).isZero();
      long start = System.nanoTime();
      epoch.next().close();
      long first = epoch.waitedNanos();
      assertThat(first).isPositive().isLessThanOrEqualTo(System.nanoTime() - start);
      start = System.nanoTime();
      epoch.forEachRemaining(Batch::close);
      // three more pauses of 40 ms, one after the other
      assertThat(epoch.waitedNanos() - first).isBetween(100_000_000L, System.nanoTime() - start);
    }
  }

  @Test
  void aFastLoaderHardlyMakesWait() throws InterruptedException {
    DataLoader loader = DataLoader.builder(noise(60)).batchSize(10).prefetch(6).build();
    try (Epoch epoch = loader.epoch(0)) {
      epoch.next().close();
      Thread.sleep(200);
      long before = epoch.waitedNanos();
      epoch.forEachRemaining(Batch::close);
      // all were ready: none of the five took a millisecond to hand out
      assertThat(epoch.waitedNanos() - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private static Dataset noise(int size) {
    return new StubDataset(size, i -> new Sample("n" + i, i % 2, TestImages.noise(8, 6, i)));
  }

  private static List<Seen> seen(DataLoader loader, int number, int first) {
    List<Seen> seen = new ArrayList<>();
    try (Epoch epoch = loader.epoch(number, first)) {
      epoch.forEachRemaining(batch -> {
        List<Float> pixels = new ArrayList<>();
        for (float value : batch.images().data().asFloat()) {
          pixels.add(value);
        }
        seen.add(new Seen(boxed(batch.indices()), boxed(batch.labels()), pixels));
        batch.close();
      });
    }
    return seen;
  }

  private static List<Integer> boxed(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
