package io.qkformer.tensor;

/** A readable sequence of floats in C order: an array, or something that yields an array's values on the fly. */
public interface FloatSource {

  /** The number of floats. */
  long length();

  /**
   * Copies {@code count} floats that start at {@code from} into {@code target}.
   *
   * @throws IndexOutOfBoundsException when either range does not fit
   */
  void read(long from, float[] target, int offset, int count);
}
