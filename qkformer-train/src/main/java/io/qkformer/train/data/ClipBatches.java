package io.qkformer.train.data;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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
    ClipSample first = samples.get(0);
    Clip shape = first.clip();
    int size = shape.values().length;
    int frame = size / shape.frames();
    int batch = samples.size();
    float[] values = new float[Math.multiplyExact(batch, size)];
    for (int b = 0; b < batch; b++) {
      ClipSample sample = samples.get(b);
      if (!sample.clip().hasShapeOf(shape)) {
        throw new IllegalArgumentException("clips of a batch must have one shape: " + sample.id() + " is "
            + sample.clip() + ", " + first.id() + " is " + shape);
      }
      for (int t = 0; t < shape.frames(); t++) {
        System.arraycopy(sample.clip().values(), t * frame, values, (t * batch + b) * frame, frame);
      }
    }
    long[] axes = {shape.frames(), batch, shape.height(), shape.width(), shape.channels()};
    return Nd4j.create(values, axes, 'c');
  }
}
