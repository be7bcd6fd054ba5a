package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Scratch;

/** A current {@code [T0, B, H, W, C]} that is computed, or looked up, tile by tile while neurons read it. */
interface Current {

  /** Its axes. */
  Shape shape();

  /** Rows that are best read together; each range starts at a multiple of it. */
  int grain();

  /**
   * Writes {@code rows} rows of one step to {@code target}, from {@code at} on.
   *
   * @param row of the step's B * H * W rows
   */
  void read(int step, int row, int rows, float[] target, int at, Scratch scratch);
}
