package io.qkformer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TensorPoolTest {

  @Test
  void givesTheSameMemoryAgain() {
    try (TensorPool pool = new TensorPool()) {
      INDArray first = pool.take(100);
      long address = first.data().address();
      pool.giveBack(first);

      assertThat(pool.freeBytes()).isEqualTo(400);
      assertThat(pool.take(100).data().address()).isEqualTo(address);
      assertThat(pool.freeBytes()).isZero();
    }
  }

  @Test
  void givesTwoHoldersTwoArrays() {
    try (TensorPool pool = new TensorPool()) {
      assertThat(pool.take(10).data().address()).isNotEqualTo(pool.take(10).data().address());
      float[] buffer = pool.takeBuffer(10);
      assertThat(buffer.length).isGreaterThanOrEqualTo(10);
      assertThat(pool.takeBuffer(10)).isNotSameAs(buffer);
      pool.giveBack(buffer);
      assertThat(pool.takeBuffer(10)).isSameAs(buffer);
    }
  }

  @Test
  void doesNotGrowWithEverySizeThatWasEverAskedFor() {
    try (TensorPool pool = new TensorPool()) {
      for (long length = 1000; length < 2000; length++) {
        INDArray a = pool.take(length);
        INDArray b = pool.take(length);
        pool.giveBack(a);
        pool.giveBack(b);
        // twice the most that was in use, and what was just given back
        assertThat(pool.freeBytes()).isLessThanOrEqualTo(3 * 2 * length * Float.BYTES);
      }
    }
  }

  @Test
  void keepsASteadySetOfSizes() {
    try (TensorPool pool = new TensorPool()) {
      long[] lengths = {1000, 700, 400};
      long[] addresses = new long[lengths.length];
      for (int step = 0; step < 3; step++) {
        INDArray[] arrays = new INDArray[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
          arrays[i] = pool.take(lengths[i]);
          assertThat(arrays[i].data().address()).isEqualTo(step == 0 ? arrays[i].data().address() : addresses[i]);
          addresses[i] = arrays[i].data().address();
        }
        for (INDArray array : arrays) {
          pool.giveBack(array);
        }
      }
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
}
