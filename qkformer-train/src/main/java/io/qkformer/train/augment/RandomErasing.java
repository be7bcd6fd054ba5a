package io.qkformer.train.augment;

import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import io.qkformer.tensor.Shapes;
import io.qkformer.train.data.Box;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.NormalizedAugmentation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Random erasing (arXiv 1708.04896) as timm does it: boxes of the normalised image are overwritten.
 *
 * @param probability that an image is touched: timm's {@code reprob}
 * @param mode what is written: timm's {@code remode}
 * @param minCount least number of boxes, at least 1
 * @param maxCount greatest number of boxes: timm's {@code recount}; the number is drawn uniformly
 * @param area share of the image that all boxes of an image together are meant to take, between 0 and 1
 * @param aspect height over width of a box, above 0
 */
public record RandomErasing(double probability, ErasingMode mode, int minCount, int maxCount, Range area,
    Range aspect) implements NormalizedAugmentation {
  /** timm's area. */
  public static final Range DEFAULT_AREA = new Range(0.02, 1.0 / 3);
  /** timm's aspect. */
  public static final Range DEFAULT_ASPECT = new Range(0.3, 1 / 0.3);

  private static final int ATTEMPTS = 10;
  private static final int IMAGE_RANK = 5;
  private static final String PURPOSE = "erase";

  /**
   * Checks each value.
   *
   * @throws IllegalArgumentException if the probability lies outside [0, 1], a count is below 1 or they are
   *     the wrong way round, the area outside [0, 1], or the aspect reaches 0
   */
  public RandomErasing {
    Checks.probability("probability", probability);
    Objects.requireNonNull(mode, "mode");
    Checks.atLeastOne("min count", minCount);
    if (maxCount < minCount) {
      throw new IllegalArgumentException("max count: expected at least the min count " + minCount + ", got "
          + maxCount);
    }
    Checks.probability("least area", area.low());
    Checks.probability("greatest area", area.high());
    aspect.requireAbove(0, "aspect");
  }

  /** As timm's loader: {@code reprob}, {@code remode}, {@code recount} (from 1 to so many boxes). */
  public RandomErasing(double probability, ErasingMode mode, int count) {
    this(probability, mode, 1, count, DEFAULT_AREA, DEFAULT_ASPECT);
  }

  @Override
  public void apply(float[] values, int offset, int height, int width, RandomStream random) {
    // timm erases unless a draw is greater
    if (probability == 0 || random.nextDouble() > probability) {
      return;
    }
    int count = minCount + random.nextInt(maxCount - minCount + 1);
    for (Box box : sample(height, width, count, random::nextDouble)) {
      erase(values, offset, width, box, random);
    }
  }

  /**
   * Draws the boxes of an image. For each, up to ten times area and shape, until one is smaller than the
   * image both ways; then its place. A box that never fits is left out.
   *
   * @param count of boxes, at least 1
   * @param uniform numbers from [0, 1): area and shape of each attempt, then row and column
   */
  public List<Box> sample(int height, int width, int count, DoubleSupplier uniform) {
    Checks.atLeastOne("count", count);
    List<Box> boxes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        double size = area.at(uniform.getAsDouble()) * ((double) height * width) / count;
        double shape = aspect.exponentialAt(uniform.getAsDouble());
        int boxHeight = (int) Math.rint(Math.sqrt(size * shape));
        int boxWidth = (int) Math.rint(Math.sqrt(size / shape));
        if (boxWidth < width && boxHeight < height) {
          int top = (int) (uniform.getAsDouble() * (height - boxHeight + 1));
          int left = (int) (uniform.getAsDouble() * (width - boxWidth + 1));
          boxes.add(new Box(top, left, boxHeight, boxWidth));
          break;
        }
      }
    }
    return boxes;
  }

  /**
   * Overwrites a box of an image.
   *
   * @param values holds the image as {@code [H, width, C = 3]} from {@code offset} on
   */
  public void erase(float[] values, int offset, int width, Box box, RandomStream random) {
    float[] colour = new float[Image.CHANNELS];
    if (mode == ErasingMode.RAND) {
      fillNormal(colour, 0, colour.length, random);
    }
    for (int y = box.top(); y < box.top() + box.height(); y++) {
      int from = offset + (y * width + box.left()) * Image.CHANNELS;
      int to = from + box.width() * Image.CHANNELS;
      switch (mode) {
        case CONST -> Arrays.fill(values, from, to, 0);
        case PIXEL -> fillNormal(values, from, to, random);
        case RAND -> {
          for (int i = from; i < to; i++) {
            values[i] = colour[(i - from) % Image.CHANNELS];
          }
        }
      }
    }
  }

  private static void fillNormal(float[] values, int from, int to, RandomStream random) {
    for (int i = from; i < to; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  /**
   * Erases in each image of a batch, as timm's loader does it after it has mixed the batch. A pure function
   * of the batch, the seed and the step.
   *
   * @param images FLOAT {@code [T0 = 1, B, H, W, C = 3]}, contiguous in C order; changed in place
   * @param step counts the batches of the whole training
   * @throws IllegalArgumentException when it is not such an array
   */
  public void applyToBatch(INDArray images, long seed, long step) {
    if (images.rank() != IMAGE_RANK || images.size(0) != 1 || images.size(4) != Image.CHANNELS) {
      throw new IllegalArgumentException("images: expected [1, B, H, W, 3], got " + Shapes.toString(images));
    }
    Floats values = Floats.of(images);
    int height = (int) images.size(2);
    int width = (int) images.size(3);
    float[] image = new float[height * width * Image.CHANNELS];
    for (long b = 0; b < images.size(1); b++) {
      values.read(b * image.length, image, 0, image.length);
      apply(image, 0, height, width, RandomStream.of(seed, PURPOSE, step, b));
      values.write(b * image.length, image, 0, image.length);
    }
  }
}
