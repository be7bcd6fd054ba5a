package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class EpochTest {
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();

  @AfterEach
  void noThreadStaysBehind() throws InterruptedException {
    for (Thread worker : workers) {
      worker.join(Duration.ofSeconds(5).toMillis());
      assertThat(worker.isAlive()).isFalse();
    }
  }

  @Test
  void endsWithItsLastBatch() {
    try (Epoch epoch = loader(StubDataset.numbered(5), 2)) {
      assertThat(epoch.batches()).isEqualTo(3);
      for (int i = 0; i < 3; i++) {
        assertThat(epoch.hasNext()).isTrue();
        epoch.next().close();
      }
      assertThat(epoch.hasNext()).isFalse();
      assertThatThrownBy(epoch::next).isInstanceOf(NoSuchElementException.class).hasMessageContaining("3");
    }
  }

  @Test
  void workersAreDaemons() {
    try (Epoch epoch = loader(recorded(StubDataset.numbered(20)), 2)) {
      epoch.forEachRemaining(Batch::close);
    }

    assertThat(workers).isNotEmpty().allMatch(Thread::isDaemon);
  }

  @Test
  void namesTheSampleThatCannotBeRead() {
    Dataset broken = new StubDataset(20, index -> {
      if (index == 7) {
        throw new DatasetException("train/cat/7.png is corrupt");
      }
      return StubDataset.numberedSample(index);
    });
    try (Epoch epoch = loader(broken, 4)) {
      epoch.next().close();

      assertThatThrownBy(epoch::next).isInstanceOf(UncheckedIOException.class)
          .hasMessage("sample 7 of stub: train/cat/7.png is corrupt")
          .hasRootCauseInstanceOf(DatasetException.class);
      assertThat(epoch.hasNext()).isFalse();
      assertThatThrownBy(epoch::next).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    }
  }

  @Test
  void namesTheSampleWhoseAugmentationFails() {
    DataLoader loader = DataLoader.builder(StubDataset.numbered(4)).shuffle(Order.SEQUENTIAL)
        .augmentation((image, random) -> {
          throw new UnsupportedOperationException("no such filter");
        }).build();
    try (Epoch epoch = loader.epoch(0)) {
      assertThatThrownBy(epoch::next).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("sample 0 of stub").hasMessageContaining("no such filter");
    }
  }

  @Test
  void refusesALabelWithoutAClass() {
    Dataset wrong = new StubDataset(4, i -> new Sample("a" + i, i, TestImages.flat(2, 2, 0)));
    try (Epoch epoch = loader(wrong, 4)) {
      assertThatThrownBy(epoch::next).hasMessageContaining("sample 2 of stub").hasMessageContaining("a2")
          .hasMessageContaining("unknown label 2, expected 0 to 1");
    }
  }

  @Test
  void refusesImagesOfDifferentSizes() {
    Dataset mixed = new StubDataset(4, i -> new Sample("a" + i, 0, TestImages.flat(2, 2 + i / 2, 0)));
    try (Epoch epoch = loader(mixed, 4)) {
      assertThatThrownBy(epoch::next).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a2 is Image[2x3]").hasMessageContaining("a0 is Image[2x2]");
    }
  }

  @Test
  void preparesOnlyAsManyBatchesAheadAsAsked() throws InterruptedException {
    CountDownLatch six = new CountDownLatch(6);
    AtomicInteger reads = new AtomicInteger();
    Dataset counting = new StubDataset(100, index -> {
      reads.incrementAndGet();
      six.countDown();
      return StubDataset.numberedSample(index);
    });
    DataLoader loader = DataLoader.builder(counting).batchSize(2).threads(2).prefetch(3).build();
    try (Epoch epoch = loader.epoch(0)) {
      assertThat(six.await(5, TimeUnit.SECONDS)).isTrue();
      Thread.sleep(50);

      assertThat(reads).hasValue(6);
      assertThat(epoch.hasNext()).isTrue();
    }
  }

  @Test
  void closingStopsTheWorkersBeforeItReturns() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(2);
    AtomicInteger reads = new AtomicInteger();
    AtomicInteger reading = new AtomicInteger();
    StubDataset slow = new StubDataset(10_000, index -> {
      reads.incrementAndGet();
      reading.incrementAndGet();
      started.countDown();
      pause();
      reading.decrementAndGet();
      return StubDataset.numberedSample(index);
    });
    Epoch epoch = DataLoader.builder(recorded(slow)).batchSize(1000).threads(2).build().epoch(0);
    assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();

    epoch.close();
    assertThat(reading).hasValue(0);
    int readAtClose = reads.get();
    epoch.close();
    Thread.sleep(60);

    assertThat(reads).hasValue(readAtClose);
    assertThat(readAtClose).isLessThan(1000);
    assertThat(epoch.hasNext()).isFalse();
  }

  @Test
  void anInterruptedConsumerStopsWaiting() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    StubDataset stuck = new StubDataset(1, index -> {
      started.countDown();
      await(release);
      return StubDataset.numberedSample(index);
    });
    Epoch epoch = DataLoader.builder(recorded(stuck)).build().epoch(0);
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Thread consumer = new Thread(() -> {
      try {
        epoch.next();
      } catch (IllegalStateException e) {
        failures.add(e);
      }
    });
    consumer.start();
    assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
    consumer.interrupt();
    consumer.join();
    release.countDown();

    assertThat(failures).singleElement()
        .satisfies(e -> assertThat(e).hasMessageContaining("interrupted while waiting for batch 0"));
    assertThat(epoch.hasNext()).isFalse();
  }

  private static Epoch loader(Dataset dataset, int batchSize) {
    return DataLoader.builder(dataset).batchSize(batchSize).shuffle(Order.SEQUENTIAL).threads(2).build()
        .epoch(0);
  }

  private Dataset recorded(StubDataset dataset) {
    return new StubDataset(dataset.size(), index -> {
      workers.add(Thread.currentThread());
      return dataset.get(index);
    });
  }

  private static void pause() {
    try {
      Thread.sleep(30);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
