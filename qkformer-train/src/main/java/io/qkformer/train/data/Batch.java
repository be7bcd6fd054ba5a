package io.qkformer.train.data;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images or clips that go through the network together. The arrays are the batch's own, not copied; closing the batch
 * frees the images' memory at once instead of at some garbage collection.
 *
 * @param images {@code FLOAT [T0, B, H, W, C]} in C order: a static image is one time step (T0 = 1, C = 3), a clip has
 *     as many as frames
 * @param labels the class of each sample, {@code [B]}
 * @param indices where each sample lies in the data set, {@code [B]}
 * @param ids where each sample comes from, {@link Sample#id()}, whatever has been selected or left out since
 */
public record Batch(INDArray images, int[] labels, int[] indices, List<String> ids)
    implements AutoCloseable {
  private static final int AXES = 5;

  /**
   * Checks that the fields fit together.
   *
   * @throws IllegalArgumentException if the images have another type or shape, or the number of labels,
   *     indices or ids is not B
   */
  public Batch {
    long[] shape = images.shape();
    if (images.dataType() != DataType.FLOAT || shape.length != AXES || Arrays.stream(shape).anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException("images: expected FLOAT [T0, B, H, W, C] with sizes of at least 1, got "
          + images.dataType() + " " + Arrays.toString(shape));
    }
    ids = List.copyOf(ids);
    if (labels.length != shape[1] || indices.length != shape[1] || ids.size() != shape[1]) {
      throw new IllegalArgumentException("batch of B=" + shape[1] + " samples: got " + labels.length
          + " labels, " + indices.length + " indices and " + ids.size() + " ids");
    }
  }

  /** Returns B, the number of samples. */
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
