package io.qkformer.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BitsTest {

  @Test
  void nd4jsEqualityWouldNotDo() {
    INDArray one = Nd4j.ones(2, 3);
    INDArray almost = one.add(1e-6);

    assertThat(one).isEqualTo(almost);
    assertThat(Bits.same(one, almost)).isFalse();
  }

  @Test
  void sameBitsAreOfOneTypeAndShape() {
    INDArray one = Nd4j.ones(2, 3);

    assertThat(Bits.same(one, one.transpose().dup('c').transpose())).isTrue();
    assertThat(Bits.same(one, Nd4j.ones(3, 2))).isFalse();
    assertThat(Bits.same(one, one.castTo(DataType.INT64))).isFalse();
    assertThat(Bits.same(Nd4j.createFromArray(3L), Nd4j.createFromArray(3L))).isTrue();
    assertThat(Bits.same(Nd4j.createFromArray(3L), Nd4j.createFromArray(4L))).isFalse();
    assertThat(Bits.same(Nd4j.valueArrayOf(2, Float.NaN), Nd4j.valueArrayOf(2, Float.NaN))).isTrue();
    assertThat(Bits.same(Nd4j.createFromArray(0f), Nd4j.createFromArray(-0f))).isFalse();
  }
}
