package io.qkformer.train.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Augmentation;
import io.qkformer.train.data.Box;
import io.qkformer.train.data.Image;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * Cuts out a box of random area, shape and place and resizes it (timm's {@code
 * RandomResizedCropAndInterpolation}; the crop of arXiv 1409.4842). With scale and ratio from 1 to 1, an
 * image that has the size already stays what it is: this is how the QKFormer reference trains CIFAR.
 *
 * <p>Differs from timm for images of a few pixels: a drawn box without pixels counts as a failed attempt.
 *
 * @param height of the result, at least 1 pixel
 * @param width of the result, at least 1 pixel
 * @param scale share of the image's area, above 0
 * @param ratio width over height of the box, above 0
 * @param interpolation how the box is resized
 */
public record RandomResizedCrop(int height, int width, Range scale, Range ratio, Interpolation interpolation)
    implements Augmentation {
  /** The scale of timm, for ImageNet. */
  public static final Range DEFAULT_SCALE = new Range(0.08, 1);
  /** The ratio of timm. */
  public static final Range DEFAULT_RATIO = new Range(3.0 / 4, 4.0 / 3);
  /** Exactly 1: the scale and the ratio that leave a picture of the right size alone. */
  public static final Range ONE = new Range(1, 1);

  private static final int ATTEMPTS = 10;

  /**
   * Checks each value.
   *
   * @throws IllegalArgumentException if a side is below 1, or scale or ratio reach 0
   */
  public RandomResizedCrop {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("size: expected sides of at least 1 pixel, got " + width + "x"
          + height);
    }
    scale.requireAbove(0, "scale");
    ratio.requireAbove(0, "ratio");
    Objects.requireNonNull(interpolation, "interpolation");
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Box box = sample(image.height(), image.width(), random::nextDouble);
    return Resizing.resize(image, box, height, width, interpolation.draw(random));
  }

  /**
   * Draws a box: up to ten times area and shape, until one fits; then the place. If none fits, as much of the
   * centre as the ratio allows.
   *
   * @param imageHeight of the image to be cropped
   * @param imageWidth of the image to be cropped
   * @param uniform numbers from [0, 1): area and shape of each attempt, then row and column
   */
  public Box sample(int imageHeight, int imageWidth, DoubleSupplier uniform) {
    double imageArea = (double) imageWidth * imageHeight;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = scale.at(uniform.getAsDouble()) * imageArea;
      double aspect = ratio.exponentialAt(uniform.getAsDouble());
      int boxWidth = (int) Math.rint(Math.sqrt(area * aspect));
      int boxHeight = (int) Math.rint(Math.sqrt(area / aspect));
      if (boxWidth > 0 && boxHeight > 0 && boxWidth <= imageWidth && boxHeight <= imageHeight) {
        int top = (int) (uniform.getAsDouble() * (imageHeight - boxHeight + 1));
        int left = (int) (uniform.getAsDouble() * (imageWidth - boxWidth + 1));
        return new Box(top, left, boxHeight, boxWidth);
      }
    }
    return centre(imageHeight, imageWidth);
  }

  private Box centre(int imageHeight, int imageWidth) {
    double shape = (double) imageWidth / imageHeight;
    int boxHeight = imageHeight;
    int boxWidth = imageWidth;
    if (shape < ratio.low()) {
      boxHeight = Math.max(1, (int) Math.rint(imageWidth / ratio.low()));
    } else if (shape > ratio.high()) {
      boxWidth = Math.max(1, (int) Math.rint(imageHeight * ratio.high()));
    }
    return new Box((imageHeight - boxHeight) / 2, (imageWidth - boxWidth) / 2, boxHeight, boxWidth);
  }
}
