package io.qkformer.layer;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How a parameter's own shape relates to its shape in the reference's state_dict. Permuted at the border only. */
public enum StateLayout {
  /** The same shape: vectors, scalars. */
  SAME,
  /** {@code [k, k, in, out]} here, {@code [out, in, k, k]} there (Conv2d). */
  CONV2D,
  /** {@code [1, 1, in, out]} here, {@code [out, in, 1]} there (Conv1d). */
  CONV1D,
  /** {@code [1, 1, in, out]} here, {@code [out, in]} there (Linear). */
  LINEAR;

  /** The shape in the state_dict of a parameter that has this shape here. */
  public long[] externalShape(long[] shape) {
    return switch (this) {
      case SAME -> shape.clone();
      case CONV2D -> new long[] {shape[3], shape[2], shape[0], shape[1]};
      case CONV1D -> new long[] {shape[3], shape[2], 1};
      case LINEAR -> new long[] {shape[3], shape[2]};
    };
  }

  /** A copy in the state_dict's shape. */
  public INDArray toExternal(INDArray value) {
    return switch (this) {
      case SAME -> value.dup('c');
      case CONV2D, CONV1D, LINEAR -> value.permute(3, 2, 0, 1).dup('c').reshape('c', externalShape(value.shape()));
    };
  }

  /**
   * A copy in this library's shape.
   *
   * @throws IllegalArgumentException when the value has not the external shape of {@code shape}
   */
  public INDArray fromExternal(INDArray value, long[] shape) {
    long[] expected = externalShape(shape);
    if (!Arrays.equals(value.shape(), expected)) {
      throw new IllegalArgumentException("expected shape " + Arrays.toString(expected) + ", got "
          + Arrays.toString(value.shape()));
    }
    return switch (this) {
      case SAME -> value.dup('c');
      case CONV2D, CONV1D, LINEAR -> value.dup('c').reshape('c', shape[3], shape[2], shape[0], shape[1])
          .permute(2, 3, 1, 0).dup('c');
    };
  }
}
