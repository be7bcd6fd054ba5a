package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Scratch;
import io.qkformer.tensor.FloatSource;

/**
 * A current that stands in memory.
 *
 * @param values in C order
 */
record MapCurrent(FloatSource values, Shape shape) implements Current {

  /** Floats of one step whose neurons stay in the first-level cache. */
  private static final int TILE = 2048;

  @Override
  public int grain() {
    return Math.max(1, TILE / shape.channels());
  }

  @Override
  public void read(int step, int row, int rows, float[] target, Scratch scratch) {
    values.read(((long) step * shape.plane() + row) * shape.channels(), target, 0, rows * shape.channels());
  }
}
