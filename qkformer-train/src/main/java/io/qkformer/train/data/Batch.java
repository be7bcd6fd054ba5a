package io.qkformer.train.data;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images that go through the network together. The arrays are the batch's own, not copied; closing the batch
 * frees the images' memory at once instead of at some garbage collection.
 *
 * @param images {@code FLOAT [T0 = 1, B, H, W, C = 3]} in C order: a static image is one time step
 * @param labels the class of each image, {@code [B]}
 * @param indices where each image lies in the data set, {@code [B]}
 */
public record Batch(INDArray images, int[] labels, int[] indices) implements AutoCloseable {
  /**
   * Checks that the fields fit together.
   *
   * @throws IllegalArgumentException if the images have another type or shape, or the number of labels or
   *     indices is not B
   */
  public Batch {
    long[] shape = images.shape();
    if (images.dataType() != DataType.FLOAT || shape.length != 5 || shape[0] != 1
        || shape[4] != Image.CHANNELS) {
      throw new IllegalArgumentException("images: expected FLOAT [1, B, H, W, 3], got " + images.dataType()
          + " " + Arrays.toString(shape));
    }
    if (labels.length != shape[1] || indices.length != shape[1]) {
      throw new IllegalArgumentException("batch of B=" + shape[1] + " images: got " + labels.length
          + " labels and " + indices.length + " indices");
    }
  }

  /** Returns B, the number of images. */
  public int size() {
    return labels.length;
  }

  /** Frees the memory of the images, which must not be used any more; a second call does nothing. */
  @Override
  public void close() {
    if (!images.wasClosed()) {
      images.close();
    }
  }
}
