package io.qkformer.train.data;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Lays clips of one shape side by side as the network wants them. */
public final class ClipBatches {
  private ClipBatches() { }

  /**
   * Returns {@code FLOAT [T, B, H, W, C]} in C order.
   *
   * @param samples the batch, at least one
   * @throws IllegalArgumentException if there is none, or they differ in shape; the message names both
   */
  public static INDArray stack(List<ClipSample> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("batch of clips: expected at least 1, got none");
    }
    ClipStack stack = new ClipStack(samples.size());
    samples.forEach(stack::add);
    return stack.toArray();
  }
}
