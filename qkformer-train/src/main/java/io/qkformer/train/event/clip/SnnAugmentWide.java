package io.qkformer.train.event.clip;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Box;
import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipAugmentation;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The reference's augmentation of event clips: one of six operations, each with the same probability, at one of 31
 * magnitudes with a random sign, alike in all frames. Cutout sets one square of 0.1 % to 11 % of the picture to 0.
 * Source: QKFormer's {@code autoaugment.SNNAugmentWide}, after TrivialAugment (arXiv 2103.10158).
 */
public record SnnAugmentWide() implements ClipAugmentation {
  private static final double LEAST_AREA = 0.001;
  private static final double GREATEST_AREA = 0.11;
  private static final int ATTEMPTS = 10;

  @Override
  public Clip apply(Clip clip, RandomStream random) {
    Choice choice = draw(random);
    if (choice.operation() != ClipOperation.CUTOUT) {
      return choice.operation().apply(clip, choice.magnitude());
    }
    return cutout(clip.height(), clip.width(), random::nextDouble)
        .map(box -> ClipGeometry.erase(clip, box)).orElse(clip);
  }

  /**
   * What is done to a clip.
   *
   * @param operation which one
   * @param magnitude how much, with its sign
   */
  record Choice(ClipOperation operation, float magnitude) { }

  /** Draws the operation, its magnitude and its sign. */
  static Choice draw(RandomStream random) {
    ClipOperation[] operations = ClipOperation.values();
    ClipOperation operation = operations[random.nextInt(operations.length)];
    float magnitude = operation.magnitudes()[random.nextInt(ClipOperation.MAGNITUDES)];
    return new Choice(operation, random.nextInt(2) == 0 ? magnitude : -magnitude);
  }

  /**
   * Draws the square of cutout, as torchvision's {@code RandomErasing(p=1, scale=(0.001, 0.11), ratio=(1, 1))}: up to
   * ten times its area, until it is smaller than the picture both ways, then its place.
   *
   * @param height of the picture in pixels
   * @param width of the picture in pixels
   * @param uniform numbers from [0, 1): area and aspect of each attempt, then row and column
   * @return nothing if it never fits, in very oblong pictures
   */
  public static Optional<Box> cutout(int height, int width, DoubleSupplier uniform) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = (LEAST_AREA + (GREATEST_AREA - LEAST_AREA) * uniform.getAsDouble()) * height * width;
      uniform.getAsDouble(); // the aspect, which is 1
      int side = (int) Math.rint(Math.sqrt(area));
      if (side < height && side < width) {
        int top = (int) (uniform.getAsDouble() * (height - side + 1));
        int left = (int) (uniform.getAsDouble() * (width - side + 1));
        return Optional.of(new Box(top, left, side, side));
      }
    }
    return Optional.empty();
  }
}
