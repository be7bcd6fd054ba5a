package io.qkformer.layer;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** State that is saved with the parameters but not learnt: running statistics, counters. */
public final class Buffer {

  private final INDArray value;

  private Buffer(INDArray value) {
    this.value = value;
  }

  /** A FLOAT vector filled with a value. */
  public static Buffer vector(int length, double fill) {
    return new Buffer(Nd4j.valueArrayOf(new long[] {length}, fill, DataType.FLOAT));
  }

  /** An INT64 counter at 0, of shape {@code []}. */
  public static Buffer counter() {
    return new Buffer(Nd4j.scalar(DataType.INT64, 0));
  }

  /** The values, to read and to write in place. */
  public INDArray value() {
    return value;
  }
}
