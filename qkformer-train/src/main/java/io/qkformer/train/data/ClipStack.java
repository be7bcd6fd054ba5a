package io.qkformer.train.data;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies clips of one shape to their places in {@code [T, B, H, W, C]}, one after the other; keeps none of them. */
final class ClipStack {
  private final int batch;
  private String firstId;
  private Clip shape;
  private float[] values;
  private int added;

  /** Starts a batch of so many clips. */
  ClipStack(int batch) {
    this.batch = batch;
  }

  /**
   * Adds the next one.
   *
   * @throws IllegalArgumentException if it has another shape than the first; the message names both
   */
  void add(ClipSample sample) {
    Clip clip = sample.clip();
    if (shape == null) {
      firstId = sample.id();
      shape = clip;
      values = new float[Math.multiplyExact(batch, clip.values().length)];
    }
    if (!clip.hasShapeOf(shape)) {
      throw new IllegalArgumentException("clips of a batch must have one shape: " + sample.id() + " is " + clip
          + ", " + firstId + " is " + shape);
    }
    int frame = clip.values().length / clip.frames();
    for (int t = 0; t < clip.frames(); t++) {
      System.arraycopy(clip.values(), t * frame, values, (t * batch + added) * frame, frame);
    }
    added++;
  }

  /** Returns {@code FLOAT [T, B, H, W, C]} in C order, when all have been added. */
  INDArray toArray() {
    long[] axes = {shape.frames(), batch, shape.height(), shape.width(), shape.channels()};
    return Nd4j.create(values, axes, 'c');
  }
}
