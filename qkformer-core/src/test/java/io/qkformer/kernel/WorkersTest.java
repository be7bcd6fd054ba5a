package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void eachChunkRunsOnce(int threads) {
    try (Workers workers = new Workers(threads)) {
      for (int chunks : new int[] {0, 1, 2, 7, 100}) {
        AtomicIntegerArray calls = new AtomicIntegerArray(chunks);
        workers.forEach(chunks, (chunk, scratch) -> calls.incrementAndGet(chunk));
        for (int i = 0; i < chunks; i++) {
          assertThat(calls.get(i)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void rangesCoverAllItemsInPiecesOfTheGrain() {
    try (Workers workers = new Workers(2)) {
      AtomicIntegerArray items = new AtomicIntegerArray(23);
      workers.forRanges(23, 5, (from, to, scratch) -> {
        assertThat(to - from).isBetween(1L, 5L);
        for (long i = from; i < to; i++) {
          items.incrementAndGet((int) i);
        }
      });
      assertThat(items.toString()).doesNotContain("0").doesNotContain("2");
    }
  }

  @Test
  void columnsAreMergedOnceEachHoweverManyPartialSumsThereAre() {
    try (Workers workers = new Workers(2)) {
      for (int partials : new int[] {1, 64, 5000}) {
        AtomicIntegerArray columns = new AtomicIntegerArray(300);
        workers.forColumns(300, partials, (from, to, scratch) -> {
          for (long i = from; i < to; i++) {
            columns.incrementAndGet((int) i);
          }
        });
        assertThat(columns.toString()).doesNotContain("0").doesNotContain("2");
      }
    }
  }

  @Test
  void partsAreAPowerOfTwo() {
    assertThat(Workers.evenParts(0)).isEqualTo(1);
    assertThat(Workers.evenParts(1)).isEqualTo(1);
    assertThat(Workers.evenParts(63)).isEqualTo(32);
    assertThat(Workers.evenParts(64)).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aTasksExceptionReachesTheCallerAndTheWorkersGoOn(int threads) {
    try (Workers workers = new Workers(threads)) {
      for (int bad = 0; bad < 4; bad++) {
        int chunkToFail = bad;
        assertThatThrownBy(() -> workers.forEach(4, (chunk, scratch) -> {
          if (chunk == chunkToFail) {
            throw new IllegalArgumentException("chunk " + chunk);
          }
        })).isInstanceOf(IllegalArgumentException.class).hasMessage("chunk " + bad);
      }
      AtomicInteger sum = new AtomicInteger();
      workers.forEach(10, (chunk, scratch) -> sum.addAndGet(chunk));
      assertThat(sum).hasValue(45);
    }
  }

  @Test
  void scratchBelongsToAThreadAndGrows() {
    Scratch scratch = new Scratch();
    float[] small = scratch.floats(0, 10);
    assertThat(scratch.floats(0, 5)).isSameAs(small);
    assertThat(scratch.floats(1, 10) == small).isFalse();
    int longer = small.length - Scratch.ALIGNED + 1;
    assertThat(small.length).isGreaterThanOrEqualTo(10 + Scratch.ALIGNED);
    assertThat(scratch.floats(0, longer).length).isGreaterThanOrEqualTo(longer + Scratch.ALIGNED);
    assertThat(scratch.ints(0, 7)).hasSizeGreaterThanOrEqualTo(7);
  }

  @Test
  void noThreadsAreRefused() {
    assertThatThrownBy(() -> new Workers(0)).hasMessage("threads must be at least 1, got 0");
    assertThatThrownBy(() -> Engine.create(new PortableKernels(), -1)).hasMessageContaining("got -1");
  }

  @Test
  void anInterruptedCallerStillWaitsForItsTasks() {
    try (Workers workers = new Workers(2)) {
      AtomicInteger done = new AtomicInteger();
      Thread.currentThread().interrupt();
      workers.forEach(8, (chunk, scratch) -> {
        long end = System.nanoTime() + 5_000_000;
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
        done.incrementAndGet();
      });

      // asked first, since it clears the flag for the tests that follow
      assertThat(Thread.interrupted()).isTrue();
      assertThat(done).hasValue(8);
    }
  }

  @Test
  void aTasksErrorReachesTheCaller() {
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(() -> workers.forEach(4, (chunk, scratch) -> {
        throw new StackOverflowError("chunk " + chunk);
      })).isInstanceOf(StackOverflowError.class);
    }
  }
}
