package io.qkformer.train.augment;

import static io.qkformer.train.augment.RandAugmentOp.AUTO_CONTRAST;
import static io.qkformer.train.augment.RandAugmentOp.BRIGHTNESS;
import static io.qkformer.train.augment.RandAugmentOp.BRIGHTNESS_INCREASING;
import static io.qkformer.train.augment.RandAugmentOp.COLOR;
import static io.qkformer.train.augment.RandAugmentOp.COLOR_INCREASING;
import static io.qkformer.train.augment.RandAugmentOp.CONTRAST;
import static io.qkformer.train.augment.RandAugmentOp.CONTRAST_INCREASING;
import static io.qkformer.train.augment.RandAugmentOp.DESATURATE;
import static io.qkformer.train.augment.RandAugmentOp.EQUALIZE;
import static io.qkformer.train.augment.RandAugmentOp.GAUSSIAN_BLUR;
import static io.qkformer.train.augment.RandAugmentOp.INVERT;
import static io.qkformer.train.augment.RandAugmentOp.POSTERIZE;
import static io.qkformer.train.augment.RandAugmentOp.POSTERIZE_INCREASING;
import static io.qkformer.train.augment.RandAugmentOp.ROTATE;
import static io.qkformer.train.augment.RandAugmentOp.SHARPNESS;
import static io.qkformer.train.augment.RandAugmentOp.SHARPNESS_INCREASING;
import static io.qkformer.train.augment.RandAugmentOp.SHEAR_X;
import static io.qkformer.train.augment.RandAugmentOp.SHEAR_Y;
import static io.qkformer.train.augment.RandAugmentOp.SOLARIZE;
import static io.qkformer.train.augment.RandAugmentOp.SOLARIZE_ADD;
import static io.qkformer.train.augment.RandAugmentOp.SOLARIZE_INCREASING;
import static io.qkformer.train.augment.RandAugmentOp.TRANSLATE_X_REL;
import static io.qkformer.train.augment.RandAugmentOp.TRANSLATE_Y_REL;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** timm's sets of operations for RandAugment. */
final class OperationSets {
  static final List<RandAugmentOp> PLAIN = List.of(AUTO_CONTRAST, EQUALIZE, INVERT, ROTATE, POSTERIZE,
      SOLARIZE, SOLARIZE_ADD, COLOR, CONTRAST, BRIGHTNESS, SHARPNESS, SHEAR_X, SHEAR_Y, TRANSLATE_X_REL,
      TRANSLATE_Y_REL);
  static final List<RandAugmentOp> INCREASING = List.of(AUTO_CONTRAST, EQUALIZE, INVERT, ROTATE,
      POSTERIZE_INCREASING, SOLARIZE_INCREASING, SOLARIZE_ADD, COLOR_INCREASING, CONTRAST_INCREASING,
      BRIGHTNESS_INCREASING, SHARPNESS_INCREASING, SHEAR_X, SHEAR_Y, TRANSLATE_X_REL, TRANSLATE_Y_REL);
  /** {@code w0} of timm 0.6.12, for the places of {@link #PLAIN} whichever set is used. */
  static final List<Double> OLD_WEIGHTS =
      shares(.025, .005, 0, .3, 0, .005, .005, .025, .005, .005, .025, .2, .2, .1, .1);

  private static final Choice WEIGHTS = new Choice(
      List.of(ROTATE, SHEAR_X, SHEAR_Y, TRANSLATE_X_REL, TRANSLATE_Y_REL, COLOR_INCREASING,
          SHARPNESS_INCREASING, AUTO_CONTRAST, SOLARIZE_INCREASING, SOLARIZE_ADD, CONTRAST_INCREASING,
          BRIGHTNESS_INCREASING, EQUALIZE, POSTERIZE_INCREASING, INVERT),
      Optional.of(shares(3, 2, 2, 1, 1, .25, .25, .25, .05, .05, .05, .05, .05, .05, .05)));
  /** ThreeAugment of DeiT III (arXiv 2204.07118). */
  private static final Choice THREE = new Choice(List.of(SOLARIZE_INCREASING, DESATURATE, GAUSSIAN_BLUR),
      Optional.empty());
  private static final Choice THREE_WEIGHTED = new Choice(
      List.of(SOLARIZE_INCREASING, DESATURATE, GAUSSIAN_BLUR, ROTATE, SHEAR_X, SHEAR_Y, POSTERIZE_INCREASING,
          AUTO_CONTRAST, COLOR_INCREASING, SHARPNESS_INCREASING, CONTRAST_INCREASING, BRIGHTNESS_INCREASING,
          EQUALIZE, INVERT),
      Optional.of(shares(6, 6, 6, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1)));

  private OperationSets() { }

  /** Operations, and the weights by which they are chosen without replacement. */
  record Choice(List<RandAugmentOp> ops, Optional<List<Double>> weights) { }

  /** The set of a name; as in timm, an unknown name means the usual one. */
  static Choice named(String name, boolean increasing) {
    return switch (name) {
      case "weights" -> WEIGHTS;
      case "3a" -> THREE;
      case "3aw" -> THREE_WEIGHTED;
      default -> new Choice(increasing ? INCREASING : PLAIN, Optional.empty());
    };
  }

  private static List<Double> shares(double... weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double total = sum;
    return Arrays.stream(weights).mapToObj(weight -> weight / total).toList();
  }
}
