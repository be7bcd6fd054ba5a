package io.qkformer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.support.TestMaps;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class FloatsTest {

  @Test
  void tilesMoveThereAndBack() {
    INDArray array = TestMaps.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Floats floats = Floats.of(array);
    float[] tile = new float[4];
    floats.read(2, tile, 1, 3);
    assertThat(tile).containsExactly(0, 3, 4, 5);
    floats.write(4, tile, 2, 2);
    assertThat(array.getFloat(1, 1)).isEqualTo(4);
    assertThat(floats.toArray()).containsExactly(1, 2, 3, 4, 4, 5);
    assertThat(floats.length()).isEqualTo(6);
    assertThatThrownBy(() -> floats.read(4, tile, 0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> floats.write(-1, tile, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void scalarsHaveOneFloat() {
    INDArray scalar = Nd4j.scalar(DataType.FLOAT, 3);
    assertThat(Floats.of(scalar).toArray()).containsExactly(3);
  }

  @Test
  void otherTypesViewsAndOrdersAreRefusedWithTheWayOut() {
    assertThatThrownBy(() -> Floats.of(Nd4j.zeros(DataType.DOUBLE, 2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got DOUBLE [2, 3]").hasMessageContaining("castTo(DataType.FLOAT)");
    INDArray array = TestMaps.gaussian(1, 4, 6);
    for (INDArray view : new INDArray[] {array.transpose(), array.dup('f'),
        array.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2))}) {
      assertThatThrownBy(() -> Floats.of(view)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Shapes.toString(view)).hasMessageContaining("dup('c')");
      assertThat(Floats.of(Floats.contiguous(view)).toArray()).isEqualTo(view.dup('c').data().asFloat());
    }
    assertThat(Floats.contiguous(array)).isSameAs(array);
    assertThat(Floats.contiguous(Nd4j.ones(DataType.INT32, 2)).dataType()).isEqualTo(DataType.FLOAT);
  }

  @Test
  void rowsInTheMiddleOfAnArrayAreSeenAndWrittenAlone() {
    INDArray array = TestMaps.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Floats middle = Floats.of(array.get(NDArrayIndex.interval(1, 2), NDArrayIndex.all()));
    assertThat(middle.toArray()).containsExactly(3, 4);
    middle.write(1, new float[] {7}, 0, 1);
    assertThat(Floats.of(array).toArray()).containsExactly(1, 2, 3, 7, 5, 6);
    assertThatThrownBy(() -> middle.read(1, new float[2], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> middle.write(2, new float[1], 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    middle.clear();
    assertThat(Floats.of(array).toArray()).containsExactly(1, 2, 0, 0, 5, 6);
  }

  @Test
  void shapesAreNamed() {
    assertThat(Shapes.toMapString(Nd4j.zeros(4, 2, 32, 31, 48))).isEqualTo("[T=4, B=2, H=32, W=31, C=48]");
    assertThat(Shapes.toMapString(Nd4j.zeros(4, 2))).isEqualTo("[4, 2]");
    assertThat(Shapes.length(3, 1L << 20, 1 << 20)).isEqualTo(3L << 40);
    assertThatThrownBy(() -> Shapes.length(1L << 40, 1L << 40)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void clearsEveryValueOfLongAndShortArrays() {
    for (int length : new int[] {1, 100, 16384, 16385, 40000}) {
      INDArray array = Nd4j.ones(DataType.FLOAT, length);
      Floats.of(array).clear();
      assertThat(Floats.of(array).toArray()).hasSize(length).containsOnly(0f);
    }
  }
}
