package io.qkformer.train.augment;

import io.qkformer.train.reference.TimmRelease;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What RandAugment (arXiv 1909.13719) does in the form that timm gave it.
 *
 * @param ops to choose from
 * @param layers how many are chosen for each image
 * @param magnitude of each, on the scale 0 to 10
 * @param magnitudeStd standard deviation of the magnitude: 0 none, infinity uniform between 0 and the
 *     magnitude
 * @param magnitudeMax greatest magnitude after the noise; without it (and for 0) 10
 * @param probability that a chosen operation is carried out
 * @param weights of the operations, which are then chosen without replacement; without them all are equally
 *     likely, with replacement
 * @param version decides the arguments beyond magnitude 10
 */
public record RandAugmentPolicy(List<RandAugmentOp> ops, int layers, double magnitude, double magnitudeStd,
    OptionalInt magnitudeMax, double probability, Optional<List<Double>> weights, TimmRelease version) {
  /** The greatest magnitude unless the policy says otherwise. */
  public static final int DEFAULT_MAX = 10;

  /**
   * Checks each value.
   *
   * @throws IllegalArgumentException if there is no operation, a number is negative, there
   *     is not one weight for each operation, or fewer of them are above 0 than layers
   */
  public RandAugmentPolicy {
    ops = List.copyOf(ops);
    weights = weights.map(List::copyOf);
    if (ops.isEmpty()) {
      throw new IllegalArgumentException("ops: expected at least one operation, got none");
    }
    if (layers < 0) {
      throw new IllegalArgumentException("layers: expected at least 0, got " + layers);
    }
    Checks.notNegative("magnitude", magnitude);
    if (!(magnitudeStd >= 0)) {
      throw new IllegalArgumentException("magnitude std: expected at least 0, got " + magnitudeStd);
    }
    if (magnitudeMax.isPresent() && magnitudeMax.getAsInt() < 0) {
      throw new IllegalArgumentException("magnitude max: expected at least 0, got "
          + magnitudeMax.getAsInt());
    }
    if (!(probability >= 0)) {
      throw new IllegalArgumentException("probability: expected at least 0, got " + probability);
    }
    if (weights.isPresent()) {
      checkWeights(weights.get(), ops.size(), layers);
    }
  }

  private static void checkWeights(List<Double> weights, int ops, int layers) {
    if (weights.size() != ops || weights.stream().anyMatch(w -> !(w >= 0 && w < Double.POSITIVE_INFINITY))) {
      throw new IllegalArgumentException("weights: expected one of at least 0 for each of " + ops
          + " operations, got " + weights);
    }
    long possible = weights.stream().filter(w -> w > 0).count();
    if (possible < layers) {
      throw new IllegalArgumentException("layers: expected at most " + possible
          + ", the operations whose weight is above 0 (they are chosen without replacement), got " + layers);
    }
  }

  /**
   * Reads a policy of timm 1.0, such as {@code rand-m9-n1-mstd0.4-inc1}; see
   * {@link #parse(String, TimmRelease)}.
   *
   * @throws IllegalArgumentException if timm would not take it
   */
  public static RandAugmentPolicy parse(String policy) {
    return parse(policy, TimmRelease.V1_0);
  }

  /**
   * Reads a policy as timm does: {@code rand}, then sections in any order, separated by dashes: {@code m}
   * magnitude (whole; 10), {@code n} layers (2), {@code p} probability (0.5; 1.0 only), {@code mstd} noise of
   * the magnitude (0; above 100: uniform), {@code mmax} its bound (whole; 10), {@code inc} the increasing
   * operations (0 or 1), {@code t} a named set of operations ({@code tweights}, {@code t3a}, {@code t3aw};
   * 1.0 only), {@code w0} weights (0.6.12 only). A section without a digit is ignored, as timm ignores it.
   *
   * @throws IllegalArgumentException if timm would not take it
   */
  public static RandAugmentPolicy parse(String policy, TimmRelease version) {
    return new PolicyParser(policy, version).parse();
  }

  /** Returns the greatest magnitude after the noise. */
  public double upperBound() {
    int max = magnitudeMax.orElse(0);
    return max == 0 ? DEFAULT_MAX : max;
  }
}
