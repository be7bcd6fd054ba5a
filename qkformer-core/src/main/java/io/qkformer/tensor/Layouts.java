package io.qkformer.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The border to channels-first code: copies between {@code [.., C, H, W]} and this library's channels-last maps. */
public final class Layouts {

  private Layouts() {
  }

  /** Static images {@code [B, C, H, W]} to {@code [1, B, H, W, C]}. */
  public static INDArray fromImagesNchw(INDArray images) {
    requireRank(images, 4, "[B, C, H, W]");
    return images.permute(0, 2, 3, 1).dup('c').reshape('c', 1, images.size(0), images.size(2), images.size(3),
        images.size(1));
  }

  /** Event frames {@code [B, T, C, H, W]} (the order of loaders) to {@code [T, B, H, W, C]}. */
  public static INDArray fromFramesBtchw(INDArray frames) {
    requireRank(frames, 5, "[B, T, C, H, W]");
    return frames.permute(1, 0, 3, 4, 2).dup('c');
  }

  /** A map {@code [T*B, C, H, W]}, index {@code t*B + b}, to {@code [T, B, H, W, C]}. */
  public static INDArray fromFoldedNchw(INDArray map, int timeSteps) {
    requireRank(map, 4, "[T*B, C, H, W]");
    if (timeSteps < 1 || map.size(0) % timeSteps != 0) {
      throw new IllegalArgumentException("T must divide the first axis: T = " + timeSteps + ", shape "
          + Shapes.toString(map));
    }
    return map.permute(0, 2, 3, 1).dup('c').reshape('c', timeSteps, map.size(0) / timeSteps, map.size(2),
        map.size(3), map.size(1));
  }

  /** A map {@code [T, B, H, W, C]} to {@code [T*B, C, H, W]}, index {@code t*B + b}. */
  public static INDArray toFoldedNchw(INDArray map) {
    requireRank(map, 5, "[T, B, H, W, C]");
    return map.dup('c').reshape('c', map.size(0) * map.size(1), map.size(2), map.size(3), map.size(4))
        .permute(0, 3, 1, 2).dup('c');
  }

  private static void requireRank(INDArray array, int rank, String expected) {
    if (array.rank() != rank) {
      throw new IllegalArgumentException("expected " + expected + ", got " + Shapes.toString(array));
    }
  }
}
