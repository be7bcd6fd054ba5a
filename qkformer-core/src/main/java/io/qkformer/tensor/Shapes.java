package io.qkformer.tensor;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks and names of tensor shapes. Feature maps are {@code [T, B, H, W, C]}, in C order. */
public final class Shapes {

  private Shapes() {
  }

  /** The shape as {@code [2, 3]}. */
  public static String toString(INDArray array) {
    return Arrays.toString(array.shape());
  }

  /** The shape of a feature map as {@code [T=4, B=2, H=32, W=32, C=48]}. */
  public static String toMapString(INDArray map) {
    if (map.rank() != 5) {
      return toString(map);
    }
    return "[T=%d, B=%d, H=%d, W=%d, C=%d]".formatted(map.size(0), map.size(1), map.size(2), map.size(3),
        map.size(4));
  }

  /** Whether the elements lie one behind the other in C order; other memory may lie before and after. */
  public static boolean isContiguous(INDArray array) {
    long expected = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) != 1 && array.stride(axis) != expected) {
        return false;
      }
      expected *= array.size(axis);
    }
    return true;
  }

  /**
   * Checks a feature map's rank and channels.
   *
   * @param where the layer's name, for the error
   * @return the map
   * @throws IllegalArgumentException unless the map is {@code [T, B, H, W, channels]} with no empty axis
   */
  public static INDArray requireMap(INDArray map, long channels, String where) {
    if (map.rank() != 5 || map.size(4) != channels || map.length() == 0) {
      throw new IllegalArgumentException("expected [T, B, H, W, " + channels + "], got " + toMapString(map)
          + " (" + where + ")");
    }
    return map;
  }

  /**
   * Checks that a gradient has the shape of the value it belongs to.
   *
   * @throws IllegalArgumentException naming both shapes and the layer
   */
  public static INDArray requireGradient(INDArray gradient, long[] shape, String where) {
    if (!Arrays.equals(gradient.shape(), shape)) {
      throw new IllegalArgumentException("expected a gradient of shape " + Arrays.toString(shape) + ", got "
          + toString(gradient) + " (" + where + ")");
    }
    return gradient;
  }

  /** The number of elements of a shape. */
  public static long length(long... shape) {
    long n = 1;
    for (long axis : shape) {
      n = Math.multiplyExact(n, axis);
    }
    return n;
  }
}
