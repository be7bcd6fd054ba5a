package io.qkformer.train.recipe;

import java.util.List;

/** The key {@code img_size}: one number, or timm's {@code input_size}, channels, height and width. */
final class ImageSizes {

  private static final Type<List<Integer>> LIST = Types.list(Types.whole(1), 1, 3);

  /** Images are square. */
  static final Type<Integer> TYPE = new Type<>("the side of square images, or [3, side, side]", written -> {
    List<Integer> sizes = LIST.reader().apply(written);
    int side = sizes.get(sizes.size() - 1);
    boolean isSquare = sizes.size() == 1 || sizes.get(sizes.size() - 2) == side;
    boolean isColour = sizes.size() < 3 || sizes.get(0) == DatasetKind.Content.IMAGES.channels();
    if (!isSquare || !isColour) {
      throw new IllegalArgumentException("other shapes are not supported");
    }
    return side;
  }, String::valueOf);

  private ImageSizes() {
  }
}
