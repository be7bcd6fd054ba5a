package io.qkformer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TensorPoolTest {

  /** Floats that an array takes: whole lines of 16. */
  private static long bytes(long length) {
    return (length + 15) / 16 * 64;
  }

  @Test
  void givesTheSameMemoryAgain() {
    try (TensorPool pool = new TensorPool()) {
      INDArray first = pool.take(100);
      long place = TensorPool.key(first);
      assertThat(pool.use().arrays().bytes()).isEqualTo(bytes(100));
      pool.giveBack(first);

      assertThat(pool.use().arrays().bytes()).isZero();
      assertThat(TensorPool.key(pool.take(100))).isEqualTo(place);
      assertThat(pool.use().arrays().allocations()).isEqualTo(1);
    }
  }

  @Test
  void arraysStartAtCacheLines() {
    try (TensorPool pool = new TensorPool()) {
      long first = TensorPool.key(pool.take(3));
      assertThat((TensorPool.key(pool.take(300)) - first) % 64).isZero();
    }
  }

  @Test
  void givesTwoHoldersTwoArrays() {
    try (TensorPool pool = new TensorPool()) {
      assertThat(TensorPool.key(pool.take(10))).isNotEqualTo(TensorPool.key(pool.take(10)));
      float[] buffer = pool.takeBuffer(10);
      assertThat(buffer.length).isGreaterThanOrEqualTo(10);
      assertThat(pool.takeBuffer(10)).isNotSameAs(buffer);
      pool.giveBack(buffer);
      assertThat(pool.takeBuffer(9)).isSameAs(buffer);
    }
  }

  @Property(tries = 100)
  void liveArraysKeepTheirValuesAndLittleMoreThanThePeakIsHeld(
      @ForAll @Size(min = 1, max = 80) List<@IntRange(min = -40, max = 400_000) Integer> requests) {
    try (TensorPool pool = new TensorPool()) {
      List<INDArray> live = new ArrayList<>();
      List<Float> marks = new ArrayList<>();
      long used = 0;
      long peak = 0;
      for (int i = 0; i < requests.size(); i++) {
        int request = requests.get(i);
        if (request > 0) {
          INDArray array = pool.take(request);
          assertThat(array.length()).isEqualTo(request);
          fill(array, i);
          live.add(array);
          marks.add((float) i);
          used += bytes(request);
        } else if (!live.isEmpty()) {
          int index = -request % live.size();
          used -= bytes(live.get(index).length());
          assertHolds(live.get(index), marks.remove(index));
          pool.giveBack(live.remove(index));
        }
        peak = Math.max(peak, used);
        PoolUse.Kind use = pool.use().arrays();
        assertThat(use.bytes()).isEqualTo(used);
        assertThat(use.mostBytes()).isEqualTo(peak);
        // 1 MiB: the least that is asked of the system
        assertThat(use.mostHeld()).isLessThanOrEqualTo(2 * peak + (1 << 20));
      }
      for (int i = 0; i < live.size(); i++) {
        assertHolds(live.get(i), marks.get(i));
        pool.giveBack(live.get(i));
      }
      assertThat(pool.use().arrays().bytes()).isZero();
    }
  }

  private static void fill(INDArray array, float mark) {
    float[] values = new float[(int) array.length()];
    Arrays.fill(values, mark);
    Floats.of(array).write(0, values, 0, values.length);
  }

  private static void assertHolds(INDArray array, float mark) {
    for (float value : Floats.of(array).toArray()) {
      if (value != mark) {
        assertThat(value).isEqualTo(mark);
      }
    }
  }

  @Property(tries = 50)
  void aLoopStopsToAllocateWhateverItsSizes(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 2_000_000) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 6) int inUse) {
    try (TensorPool pool = new TensorPool()) {
      long before = -1;
      int loops = 0;
      while (pool.use().arrays().allocations() != before) {
        assertThat(loops++).isLessThan(20);
        before = pool.use().arrays().allocations();
        List<INDArray> live = new ArrayList<>();
        for (int length : lengths) {
          if (live.size() == inUse) {
            pool.giveBack(live.remove(0));
          }
          live.add(pool.take(length));
        }
        live.forEach(pool::giveBack);
      }
    }
  }

  @Test
  void aSteadyLoopGetsTheSameArrays() {
    try (TensorPool pool = new TensorPool()) {
      INDArray map = pool.take(2, 3, 4);
      assertThat(map.shape()).containsExactly(2, 3, 4);
      assertThat(map.stride()).containsExactly(12, 4, 1);
      pool.giveBack(map);
      INDArray flat = pool.take(24);
      assertThat(flat.shape()).containsExactly(24);
      assertThat(TensorPool.key(flat)).isEqualTo(TensorPool.key(map));
      pool.giveBack(flat);
      assertThat(pool.take(2, 3, 4)).isSameAs(map);
    }
  }

  @Test
  void sumsInDoubleAreReused() {
    try (TensorPool pool = new TensorPool()) {
      double[] sums = pool.takeDoubles(10_000);
      assertThat(sums).hasSizeGreaterThanOrEqualTo(10_000);
      pool.giveBack(sums);
      assertThat(pool.takeDoubles(9_000)).isSameAs(sums);
      assertThat(pool.takeDoubles(9_000)).isNotSameAs(sums);
      assertThat(pool.use().sums().bytes()).isEqualTo(8 * (10_000 + 9_000));
    }
  }

  @Test
  void doesNotGrowWithEverySizeThatWasEverAskedFor() {
    try (TensorPool pool = new TensorPool()) {
      for (int length = 1_000_000; length < 2_000_000; length += 10_000) {
        INDArray a = pool.take(length);
        INDArray b = pool.take(length);
        pool.giveBack(a);
        pool.giveBack(b);
        assertThat(pool.use().arrays().held()).isLessThanOrEqualTo(bytes(length) * 22 / 10);
        float[] buffer = pool.takeBuffer(length);
        pool.giveBack(buffer);
        assertThat(pool.use().buffers().held()).isLessThanOrEqualTo(4L * length * 11 / 10);
      }
    }
  }

  @Test
  void smallArraysShareTheMemoryOfALargeOne() {
    try (TensorPool pool = new TensorPool()) {
      pool.giveBack(pool.take(8_000_000));
      List<INDArray> parts = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        parts.add(pool.take(1_000_000));
      }
      parts.forEach(pool::giveBack);
      pool.take(8_000_000);
      assertThat(pool.use().arrays().allocations()).isEqualTo(1);
    }
  }

  @Test
  void servesManyThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (TensorPool pool = new TensorPool()) {
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int mark = thread;
        done.add(threads.submit(() -> {
          for (int i = 1; i <= 200; i++) {
            INDArray array = pool.take(100L * i);
            fill(array, mark);
            float[] buffer = pool.takeBuffer(i);
            Arrays.fill(buffer, mark);
            assertHolds(array, mark);
            assertThat(buffer).containsOnly(mark);
            pool.giveBack(array);
            pool.giveBack(buffer);
          }
        }));
      }
      for (Future<?> future : done) {
        future.get();
      }
      assertThat(pool.use().arrays().bytes()).isZero();
      assertThat(pool.use().buffers().bytes()).isZero();
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void refusesToReadWhatWasFreed() {
    INDArray array;
    try (TensorPool pool = new TensorPool()) {
      array = pool.take(10);
      pool.giveBack(array);
    }
    INDArray freed = array;
    assertThatThrownBy(() -> Floats.of(freed)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was released").hasMessageContaining("copy");
  }

  @Test
  void refusesMisuse() {
    try (TensorPool pool = new TensorPool()) {
      INDArray array = pool.take(10);
      pool.giveBack(array);
      assertThatThrownBy(() -> pool.giveBack(array)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("in use").hasMessageContaining("[10]");
      assertThatThrownBy(() -> pool.take(0)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got 0");
      assertThatThrownBy(() -> pool.take(1L << 29)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("536870912").hasMessageContaining("smaller batch");
    }
  }
}
