package io.qkformer.train.data;

import java.util.List;

/**
 * A change that mixes the pictures of a batch before they are normalised, as timm's loader does mixup and cutmix where
 * it collates. Comes after each image's own {@link Augmentation} and before {@link NormalizedAugmentation}.
 * Implementations are immutable, called by many threads at once, and a pure function of their arguments and their own
 * seed; the labels are the training's to mix, which knows epoch and batch, too. Implemented in a lambda with
 * {@code train.optimize.BatchMixing}, whose plan of a batch is the same wherever it is asked for:
 *
 * <pre>{@code
 * int batches = ..;                     // DataLoader.batches()
 * loader.batchAugmentation((epoch, batch, pictures, height, width) -> mixing
 *     .plan(epoch, (long) epoch * batches + batch, pictures.size(), height, width).apply(pictures, height, width));
 * }</pre>
 */
@FunctionalInterface
public interface BatchAugmentation {
  /**
   * Returns the changed pictures.
   *
   * @param epoch from 0
   * @param batch which one of the epoch, from 0
   * @param pictures B pictures of one size, {@code [height, width, 3]} unsigned bytes each; not to be written to, since
   *     the data set may keep them
   * @return B pictures of the same size in the same order; unchanged ones may be the given arrays
   */
  List<byte[]> apply(int epoch, int batch, List<byte[]> pictures, int height, int width);

  /** Returns the change that changes nothing. */
  static BatchAugmentation none() {
    return (epoch, batch, pictures, height, width) -> pictures;
  }
}
