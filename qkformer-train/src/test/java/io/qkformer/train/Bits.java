package io.qkformer.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.checkpoint.StateDict;
import io.qkformer.train.checkpoint.TrainingState;
import io.qkformer.train.optimize.OptimizerState;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares tensors to the last bit, which ND4J's {@code equals} does not: it allows 1e-5. */
public final class Bits {

  private Bits() {
  }

  /** Whether type, shape and all bits are the same. */
  public static boolean same(INDArray a, INDArray b) {
    if (a.dataType() != b.dataType() || !Arrays.equals(a.shape(), b.shape())) {
      return false;
    }
    return a.dataType() == DataType.FLOAT
        ? Arrays.equals(a.dup('c').data().asFloat(), b.dup('c').data().asFloat())
        : Arrays.equals(a.dup('c').data().asLong(), b.dup('c').data().asLong());
  }

  /** The same tensor. */
  public static void assertSame(INDArray actual, INDArray expected, String name) {
    assertThat(same(actual, expected)).as("the same bits of " + name).isTrue();
  }

  /** The same names and tensors. */
  public static void assertSame(Map<String, INDArray> actual, Map<String, INDArray> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
    expected.forEach((name, tensor) -> assertSame(actual.get(name), tensor, name));
  }

  /** The same names and tensors. */
  public static void assertSame(StateDict actual, StateDict expected) {
    assertSame(map(actual), map(expected));
  }

  /** The same steps, names and tensors. */
  public static void assertSame(OptimizerState actual, OptimizerState expected) {
    assertThat(actual.steps()).isEqualTo(expected.steps());
    assertSame(actual.tensors(), expected.tensors());
  }

  /** The same tensors, and as far. */
  public static void assertSame(TrainingState actual, TrainingState expected) {
    assertThat(actual.progress().steps()).isEqualTo(expected.progress().steps());
    assertThat(actual.progress().epoch()).isEqualTo(expected.progress().epoch());
    assertSame(actual.model(), expected.model());
    assertSame(actual.optimizer(), expected.optimizer());
    assertThat(actual.average().isPresent()).isEqualTo(expected.average().isPresent());
    expected.average().ifPresent(average -> assertSame(actual.average().orElseThrow(), average));
  }

  private static Map<String, INDArray> map(StateDict dict) {
    Map<String, INDArray> map = new LinkedHashMap<>();
    dict.entries().forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return map;
  }
}
