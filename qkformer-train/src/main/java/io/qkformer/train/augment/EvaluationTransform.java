package io.qkformer.train.augment;

import io.qkformer.train.data.Augmentation;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.Normalization;
import java.util.Objects;

/**
 * What is done to an image of an evaluation, as timm's {@code transforms_imagenet_eval}: resize so that the
 * shorter side has {@code floor(size / cropPct)} pixels, cut out the centre, normalise. Nothing is random; an
 * image of the size with a crop of 1 stays what it is.
 *
 * @param size height and width of the result: timm's {@code input_size}
 * @param cropPct share of the resized image that is kept: timm's {@code crop_pct}, above 0
 * @param resampling timm's {@code interpolation}
 * @param normalization mean and standard deviation
 */
public record EvaluationTransform(int size, double cropPct, Resampling resampling,
    Normalization normalization) {
  /** timm's {@code crop_pct} where nothing is said. */
  public static final double DEFAULT_CROP_PCT = 0.875;

  private static final int LARGEST_CROPPED = 224;

  /**
   * Checks each value.
   *
   * @throws IllegalArgumentException if the size is below 1, or the crop is not above 0 or needs more than
   *     2^31 pixels a side
   */
  public EvaluationTransform {
    Checks.atLeastOne("size", size);
    if (!(cropPct > 0 && size / cropPct < Integer.MAX_VALUE && size / cropPct >= 1)) {
      throw new IllegalArgumentException("crop pct: expected above 0 (usually 0.8 to 1), got " + cropPct);
    }
    Objects.requireNonNull(resampling, "resampling");
    Objects.requireNonNull(normalization, "normalization");
  }

  /** Returns a transform without a crop, for images that have the size already, such as CIFAR's. */
  public static EvaluationTransform whole(int size, Normalization normalization) {
    return new EvaluationTransform(size, 1, Resampling.BICUBIC, normalization);
  }

  /**
   * Returns what DeiT and the QKFormer reference do on ImageNet: bicubic, a crop of 0.875 up to 224 pixels,
   * else 1.
   */
  public static EvaluationTransform imageNet(int size) {
    return new EvaluationTransform(size, size <= LARGEST_CROPPED ? DEFAULT_CROP_PCT : 1, Resampling.BICUBIC,
        Normalization.IMAGENET);
  }

  /** Resizes and crops an image. */
  public Image apply(Image image) {
    int shorter = (int) Math.floor(size / cropPct);
    int height = image.height();
    int width = image.width();
    if (width <= height) {
      height = longer(shorter, height, width);
      width = shorter;
    } else {
      width = longer(shorter, width, height);
      height = shorter;
    }
    boolean fits = height == image.height() && width == image.width();
    Image resized = fits ? image : Resizing.resize(image, height, width, resampling);
    return Resizing.centreCrop(resized, size, size);
  }

  private static int longer(int shorter, int longSide, int shortSide) {
    return Math.toIntExact((long) ((double) ((long) shorter * longSide) / shortSide));
  }

  /** Returns this transform for a loader; its results are not random. */
  public Augmentation augmentation() {
    return (image, random) -> apply(image);
  }

  /** Sets augmentation and normalisation of a loader. */
  public DataLoader.Builder configure(DataLoader.Builder loader) {
    return loader.augmentation(augmentation()).normalization(normalization);
  }
}
