package io.qkformer.train.recipe;

import io.qkformer.train.augment.ColorJitter;
import io.qkformer.train.augment.ErasingMode;
import io.qkformer.train.augment.ErasingOrder;
import io.qkformer.train.augment.EvaluationTransform;
import io.qkformer.train.augment.Interpolation;
import io.qkformer.train.augment.Range;
import io.qkformer.train.augment.TrainTransform;
import io.qkformer.train.augment.TrainTransformBuilder;
import io.qkformer.train.data.PaddedRandomCrop;
import io.qkformer.train.data.PaddingMode;
import io.qkformer.train.data.Rgb;
import io.qkformer.train.reference.TimmRelease;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What happens to images, under timm's names.
 *
 * @param crop       how a training image is cut out and mirrored
 * @param colour     what is done to its colours, and RandAugment
 * @param erasing    what is erased from it
 * @param evaluation what is done to test images; its size and normalisation are those of training
 */
public record ImageRecipe(Crop crop, Colour colour, Erasing erasing, EvaluationTransform evaluation)
    implements InputRecipe {

  /**
   * How a training image is cut out and mirrored.
   *
   * @param scale         share of the image's area that a crop takes
   * @param ratio         width over height of a crop
   * @param padding       pixels round the image of which a crop of its size is taken; 0: a random resized crop
   * @param paddingMode   what the padding shows
   * @param interpolation {@code train_interpolation}, of the crop and of RandAugment
   * @param hflip         probability of mirroring left to right
   * @param vflip         probability of mirroring top to bottom
   */
  public record Crop(Range scale, Range ratio, int padding, PaddingMode paddingMode, Interpolation interpolation,
      double hflip, double vflip) {
  }

  /**
   * Changes of colour and shape.
   *
   * @param aa      a policy of RandAugment
   * @param jitter  {@code color_jitter}; left out next to most policies, as in timm
   * @param release by which release of timm the policy is read
   */
  public record Colour(Optional<String> aa, ColorJitter jitter, TimmRelease release) {
  }

  /**
   * Random erasing.
   *
   * @param reprob  probability; 0 for none
   * @param remode  what is written
   * @param recount greatest number of boxes
   * @param order   before or after batches are mixed
   */
  public record Erasing(double reprob, ErasingMode remode, int recount, ErasingOrder order) {
  }

  /** Checks each value, by making the transform. */
  public ImageRecipe {
    Objects.requireNonNull(evaluation, "evaluation");
    train(crop, colour, erasing, evaluation);
  }

  @Override
  public int size() {
    return evaluation.size();
  }

  /** What is done to training images. */
  public TrainTransform train() {
    return train(crop, colour, erasing, evaluation);
  }

  private static TrainTransform train(Crop crop, Colour colour, Erasing erasing, EvaluationTransform evaluation) {
    TrainTransformBuilder builder = TrainTransform.builder(evaluation.size())
        .scale(crop.scale().low(), crop.scale().high())
        .ratio(crop.ratio().low(), crop.ratio().high())
        .trainInterpolation(crop.interpolation().name().toLowerCase(Locale.ROOT))
        .hflip(crop.hflip())
        .vflip(crop.vflip())
        .autoAugment(colour.aa().orElse(""))
        .timmRelease(colour.release())
        .colorJitter(colour.jitter())
        .normalization(evaluation.normalization())
        .randomErasing(erasing.reprob(), erasing.remode().name().toLowerCase(Locale.ROOT), erasing.recount())
        .erasingOrder(erasing.order());
    PaddedRandomCrop padded = new PaddedRandomCrop(crop.padding(), crop.paddingMode(), Rgb.BLACK);
    return crop.padding() > 0 ? builder.padded(padded).build() : builder.build();
  }
}
