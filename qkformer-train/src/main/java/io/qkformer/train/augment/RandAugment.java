package io.qkformer.train.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Augmentation;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.Rgb;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * RandAugment (arXiv 1909.13719) as timm does it: for each image some operations are chosen; each is skipped
 * with some probability, else carried out with a noisy magnitude, in a random direction.
 *
 * @param policy what is done how often
 * @param interpolation of the operations that move the picture, drawn for each where it is random
 * @param fill what lies outside a picture that is moved
 * @param translateConst pixels that TranslateX and TranslateY move by at magnitude 10
 */
public record RandAugment(RandAugmentPolicy policy, Interpolation interpolation, Rgb fill, int translateConst)
    implements Augmentation {
  /** {@code translateConst} of an image of unknown size. */
  public static final int DEFAULT_TRANSLATE_CONST = 250;

  private static final double TRANSLATE_SHARE = 0.45;

  /**
   * Checks each value.
   *
   * @throws IllegalArgumentException if {@code translateConst} is negative
   */
  public RandAugment {
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(interpolation, "interpolation");
    Objects.requireNonNull(fill, "fill");
    Checks.notNegative("translate const", translateConst);
  }

  /** As timm where nothing else is known: random interpolation, grey, 250 pixels. */
  public RandAugment(RandAugmentPolicy policy) {
    this(policy, Interpolation.RANDOM, Rgb.GREY, DEFAULT_TRANSLATE_CONST);
  }

  /** Returns {@code translateConst} of images whose smaller side has so many pixels. */
  public static int translateConst(int side) {
    return (int) (side * TRANSLATE_SHARE);
  }

  /**
   * One operation that was drawn.
   *
   * @param op what is done
   * @param magnitude how much, before it was turned into an argument
   * @param argument what the operation is given; NaN if it takes none
   * @param resampling how a picture is moved
   */
  public record Step(RandAugmentOp op, double magnitude, double argument, Resampling resampling) { }

  @Override
  public Image apply(Image image, RandomStream random) {
    Image changed = image;
    for (Step step : sample(random)) {
      changed = step.op().apply(changed, step.argument(), step.resampling(), fill);
    }
    return changed;
  }

  /** Draws what is done to one image, without the operations that are skipped. */
  public List<Step> sample(RandomStream random) {
    List<Step> steps = new ArrayList<>(policy.layers());
    for (RandAugmentOp op : choose(random)) {
      if (!(policy.probability() < 1 && random.nextDouble() > policy.probability())) {
        double magnitude = magnitude(random);
        Sign sign = op.isSigned() && random.nextDouble() > 0.5 ? Sign.MINUS : Sign.PLUS;
        double argument = op.argument(magnitude, sign, translateConst, policy.version());
        steps.add(new Step(op, magnitude, argument, interpolation.draw(random)));
      }
    }
    return steps;
  }

  /** Chooses the operations of one image; see {@link RandAugmentPolicy#weights}. */
  private RandAugmentOp[] choose(RandomStream random) {
    RandAugmentOp[] chosen = new RandAugmentOp[policy.layers()];
    if (policy.weights().isEmpty()) {
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = policy.ops().get(random.nextInt(policy.ops().size()));
      }
      return chosen;
    }
    double[] weights = policy.weights().get().stream().mapToDouble(Double::doubleValue).toArray();
    for (int i = 0; i < chosen.length; i++) {
      int index = draw(weights, random.nextDouble());
      chosen[i] = policy.ops().get(index);
      weights[index] = 0;
    }
    return chosen;
  }

  private static int draw(double[] weights, double share) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double rest = share * sum;
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        if (rest < weights[i]) {
          return i;
        }
        rest -= weights[i];
      }
    }
    // rounding may leave a rest beyond the last weight
    return last;
  }

  private double magnitude(RandomStream random) {
    double magnitude = policy.magnitude();
    if (policy.magnitudeStd() == Double.POSITIVE_INFINITY) {
      magnitude *= random.nextDouble();
    } else if (policy.magnitudeStd() > 0) {
      magnitude += policy.magnitudeStd() * random.nextGaussian();
    }
    return Math.max(0, Math.min(magnitude, policy.upperBound()));
  }
}
