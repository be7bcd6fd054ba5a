package io.qkformer.train.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Augmentation;
import io.qkformer.train.data.Compose;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.data.PaddedRandomCrop;
import io.qkformer.train.data.RandomHorizontalFlip;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that is done to a training image, in the order of timm's {@code create_transform}: crop, flips,
 * RandAugment, colour jitter, normalisation, random erasing. timm's {@code resplit} is not supported.
 *
 * <pre>{@code
 * TrainTransform deit = TrainTransform.builder(224).autoAugment("rand-m9-mstd0.5-inc1")
 *     .trainInterpolation("bicubic").randomErasing(0.25, "pixel", 1).build();
 * DataLoader loader = deit.configure(DataLoader.builder(dataset)).batchSize(64).build();
 * }</pre>
 *
 * @param size height and width of the result
 * @param cropMode how an image gets this size
 * @param padding of {@link CropMode#PADDED}
 * @param scale of the random resized crop
 * @param ratio of the random resized crop
 * @param interpolation of the crop and of RandAugment: timm's {@code train_interpolation}
 * @param hflip probability of a horizontal flip
 * @param vflip probability of a vertical flip
 * @param randAugment what the policy {@code aa} says
 * @param colorJitter left out with a policy, except of the 3-Augment family ({@code t3a}), as timm does
 * @param normalization mean and standard deviation
 * @param erasing what {@code reprob} and its siblings say
 * @param erasingOrder when erasing happens where batches are mixed
 */
public record TrainTransform(int size, CropMode cropMode, PaddedRandomCrop padding, Range scale, Range ratio,
    Interpolation interpolation, double hflip, double vflip, Optional<RandAugment> randAugment,
    Optional<ColorJitter> colorJitter, Normalization normalization, Optional<RandomErasing> erasing,
    ErasingOrder erasingOrder) {

  /**
   * Checks each value.
   *
   * @throws IllegalArgumentException as the single transforms do
   */
  public TrainTransform {
    Checks.atLeastOne("size", size);
    Objects.requireNonNull(cropMode, "crop mode");
    Objects.requireNonNull(padding, "padding");
    scale.requireAbove(0, "scale");
    ratio.requireAbove(0, "ratio");
    Objects.requireNonNull(interpolation, "interpolation");
    Checks.probability("hflip", hflip);
    Checks.probability("vflip", vflip);
    Objects.requireNonNull(randAugment, "randAugment");
    Objects.requireNonNull(colorJitter, "colorJitter");
    Objects.requireNonNull(normalization, "normalization");
    Objects.requireNonNull(erasing, "erasing");
    Objects.requireNonNull(erasingOrder, "erasing order");
  }

  /**
   * Starts the transform of images of this height and width, with the defaults of timm's training script.
   *
   * @throws IllegalArgumentException if the size is below 1
   */
  public static TrainTransformBuilder builder(int size) {
    return new TrainTransformBuilder(size);
  }

  /** Returns all that happens to the bytes of an image, before it is normalised. */
  public Augmentation augmentation() {
    List<Augmentation> parts = new ArrayList<>();
    parts.add(cropMode == CropMode.PADDED ? this::padded
        : new RandomResizedCrop(size, size, scale, ratio, interpolation));
    if (hflip > 0) {
      parts.add(new RandomHorizontalFlip(hflip));
    }
    if (vflip > 0) {
      parts.add(new RandomVerticalFlip(vflip));
    }
    randAugment.ifPresent(parts::add);
    colorJitter.ifPresent(parts::add);
    return new Compose(parts);
  }

  private Image padded(Image image, RandomStream random) {
    if (image.width() != size || image.height() != size) {
      throw new IllegalArgumentException("padded crop: expected a " + size + "x" + size + " image, got "
          + image + "; use CropMode.RANDOM_RESIZED for images of other sizes");
    }
    return padding.apply(image, random);
  }

  /**
   * Sets augmentation, normalisation and (unless it comes after mixing) random erasing of a loader. With
   * {@link ErasingOrder#AFTER_MIXING} the training loop calls {@link RandomErasing#applyToBatch} itself.
   */
  public DataLoader.Builder configure(DataLoader.Builder loader) {
    loader.augmentation(augmentation()).normalization(normalization);
    if (erasing.isPresent() && erasingOrder == ErasingOrder.BEFORE_MIXING) {
      loader.normalizedAugmentation(erasing.get());
    }
    return loader;
  }
}
