package io.qkformer.train.analysis;

import java.util.Arrays;

/**
 * A copy of what a layer returned in one pass.
 *
 * @param layer  its name
 * @param shape  {@code [T, B, H, W, C]}; of {@code attn_lif} in token attention C is the number of heads, in channel
 *               attention H and W are 1
 * @param values in C order
 */
public record LayerOutput(String layer, long[] shape, float[] values) {

  /** The value at {@code [t, b, h, w, c]}. */
  public float at(int t, int b, int h, int w, int c) {
    return values[Math.toIntExact((((t * shape[1] + b) * shape[2] + h) * shape[3] + w) * shape[4] + c)];
  }

  @Override
  public String toString() {
    return layer + " " + Arrays.toString(shape);
  }
}
