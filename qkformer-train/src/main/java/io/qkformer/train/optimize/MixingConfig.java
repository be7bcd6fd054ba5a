package io.qkformer.train.optimize;

import io.qkformer.train.reference.TimmRelease;
import java.util.Optional;

/**
 * How samples are mixed and their labels softened, under timm's names.
 *
 * @param mixup           alpha of mixup's Beta(alpha, alpha), at least 0; 0 for no mixup
 * @param cutmix          alpha of cutmix's, at least 0; 0 for no cutmix
 * @param cutmixMinmax    boxes drawn between shares of the image instead of by lambda; turns cutmix on
 * @param mixupProb       probability of mixing a batch (or pair, or sample), in [0, 1]
 * @param mixupSwitchProb probability of cutmix where both are on, in [0, 1]
 * @param mixupMode       what shares one lambda
 * @param lambdaOfCutmix  which lambda weighs the targets of a cut image
 * @param mixupOffEpoch   the first epoch without mixing, counted from 0; 0 for never
 * @param offEpoch        whether {@code mixupOffEpoch} takes effect
 * @param smoothing       of the labels, mixed or not, in [0, 1)
 * @param release         which timm's boxes
 */
public record MixingConfig(double mixup, double cutmix, Optional<CutmixRange> cutmixMinmax, double mixupProb,
    double mixupSwitchProb, MixMode mixupMode, CutmixLambda lambdaOfCutmix, int mixupOffEpoch,
    OffEpoch offEpoch, double smoothing, TimmRelease release) {

  /** timm's {@code correct_lam}. */
  public enum CutmixLambda {
    /** The share that is really left of the image. timm's default. */
    CORRECTED,
    /** The one that was drawn, though the box was clipped. Not with {@code cutmixMinmax}. */
    DRAWN
  }

  /** What the off-epoch does. */
  public enum OffEpoch {
    /** Nothing is mixed from it on: what timm means, and what the reference's event recipes do. */
    SWITCHES_OFF,
    /**
     * Nothing: what the reference's CIFAR recipes did, whose loader's persistent workers never heard of the
     * switch (reference-facts, trap 3).
     */
    HAS_NO_EFFECT
  }

  /** Checks each value. */
  public MixingConfig {
    requireAlpha("mixup", mixup);
    requireAlpha("cutmix", cutmix);
    requireProbability("mixupProb", mixupProb);
    requireProbability("mixupSwitchProb", mixupSwitchProb);
    requireGiven("cutmixMinmax", cutmixMinmax);
    requireGiven("mixupMode", mixupMode);
    requireGiven("lambdaOfCutmix", lambdaOfCutmix);
    requireGiven("offEpoch", offEpoch);
    requireGiven("release", release);
    if (mixupOffEpoch < 0) {
      throw new IllegalArgumentException("mixupOffEpoch must be at least 0, got " + mixupOffEpoch);
    }
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException("smoothing must be in [0, 1), got " + smoothing);
    }
  }

  private static void requireAlpha(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, got " + value);
    }
  }

  private static void requireProbability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
    }
  }

  private static void requireGiven(String name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " must be given, got null");
    }
  }

  /** timm's defaults: nothing is mixed, labels are smoothed by 0.1. */
  public static MixingConfig defaults() {
    return new MixingConfig(0, 0, Optional.empty(), 1, 0.5, MixMode.BATCH, CutmixLambda.CORRECTED, 0,
        OffEpoch.SWITCHES_OFF, 0.1, TimmRelease.V1_0);
  }

  /** The same with other alphas and another probability of mixing at all. */
  public MixingConfig with(double newMixup, double newCutmix, double newProb) {
    return new MixingConfig(newMixup, newCutmix, cutmixMinmax, newProb, mixupSwitchProb, mixupMode,
        lambdaOfCutmix, mixupOffEpoch, offEpoch, smoothing, release);
  }

  /** Whether there is anything to mix. */
  public boolean isActive() {
    return (mixup > 0 || mayCut()) && mixupProb > 0;
  }

  /** Whether the samples of an epoch are mixed. */
  public boolean isActiveIn(int epoch) {
    return isActive() && (mixupOffEpoch == 0 || offEpoch == OffEpoch.HAS_NO_EFFECT || epoch < mixupOffEpoch);
  }

  boolean mayCut() {
    return cutmix > 0 || cutmixMinmax.isPresent();
  }

  /** Alpha of cutmix, which boxes that do not depend on lambda leave at 1. */
  double cutAlpha() {
    return cutmixMinmax.isPresent() ? 1 : cutmix;
  }
}
