package io.qkformer.train.augment;

import io.qkformer.train.data.Normalization;
import io.qkformer.train.data.PaddedRandomCrop;
import io.qkformer.train.data.RandomHorizontalFlip;
import io.qkformer.train.data.Rgb;
import io.qkformer.train.reference.TimmRelease;
import java.util.List;
import java.util.Optional;

/**
 * Collects a {@link TrainTransform} from values named as timm's command line names them. Defaults are those
 * of timm's training script: random resized crop, scale 0.08 to 1, ratio 3/4 to 4/3, random interpolation,
 * horizontal flip 0.5, no policy, colour jitter 0.4, no erasing, ImageNet's mean and standard deviation.
 */
public final class TrainTransformBuilder {
  /** timm's {@code color_jitter}. */
  public static final double DEFAULT_COLOR_JITTER = 0.4;

  private static final String RAND_AUGMENT = "rand";
  private static final String NONE = "none";
  /** Policies with it in their name keep the colour jitter. */
  private static final String THREE_AUGMENT = "3a";

  private final int size;
  private CropMode cropMode = CropMode.RANDOM_RESIZED;
  private PaddedRandomCrop padding = new PaddedRandomCrop(PaddedRandomCrop.DEFAULT_PADDING);
  private Range scale = RandomResizedCrop.DEFAULT_SCALE;
  private Range ratio = RandomResizedCrop.DEFAULT_RATIO;
  private Interpolation interpolation = Interpolation.RANDOM;
  private double hflip = RandomHorizontalFlip.DEFAULT_PROBABILITY;
  private double vflip;
  private Optional<String> autoAugment = Optional.empty();
  private TimmRelease version = TimmRelease.V1_0;
  private Optional<ColorJitter> colorJitter = Optional.of(ColorJitter.of(DEFAULT_COLOR_JITTER));
  private Normalization normalization = Normalization.IMAGENET;
  private Optional<RandomErasing> erasing = Optional.empty();
  private ErasingOrder erasingOrder = ErasingOrder.AFTER_MIXING;

  TrainTransformBuilder(int size) {
    Checks.atLeastOne("size", size);
    this.size = size;
  }

  /** Sets {@code scale}, the share of the image's area that a crop takes. */
  public TrainTransformBuilder scale(double low, double high) {
    this.scale = new Range(low, high).requireAbove(0, "scale");
    return this;
  }

  /** Sets {@code ratio}, width over height of a crop. */
  public TrainTransformBuilder ratio(double low, double high) {
    this.ratio = new Range(low, high).requireAbove(0, "ratio");
    return this;
  }

  /** Takes a crop of the padded image instead of a resized one: for images that have the size. */
  public TrainTransformBuilder padded(PaddedRandomCrop crop) {
    this.cropMode = CropMode.PADDED;
    this.padding = crop;
    return this;
  }

  /** Sets {@code train_interpolation}: nearest, bilinear, bicubic or random. */
  public TrainTransformBuilder trainInterpolation(String name) {
    this.interpolation = Interpolation.named(name);
    return this;
  }

  /** Sets {@code hflip}, the probability of mirroring left to right. */
  public TrainTransformBuilder hflip(double probability) {
    Checks.probability("hflip", probability);
    this.hflip = probability;
    return this;
  }

  /** Sets {@code vflip}, the probability of mirroring top to bottom. */
  public TrainTransformBuilder vflip(double probability) {
    Checks.probability("vflip", probability);
    this.vflip = probability;
    return this;
  }

  /**
   * Sets {@code aa}, a policy of RandAugment such as {@code rand-m9-n1-mstd0.4-inc1}; {@code none} or an
   * empty text for none.
   *
   * @throws IllegalArgumentException if it is another policy of timm (AutoAugment, AugMix), which are not
   *     supported
   */
  public TrainTransformBuilder autoAugment(String policy) {
    if (policy.isEmpty() || policy.equals(NONE)) {
      this.autoAugment = Optional.empty();
      return this;
    }
    if (!policy.startsWith(RAND_AUGMENT)) {
      throw new IllegalArgumentException("aa: expected a policy of RandAugment such as "
          + "rand-m9-mstd0.5-inc1, or none, got " + policy);
    }
    this.autoAugment = Optional.of(policy);
    return this;
  }

  /** Sets by which release the policy is read. */
  public TrainTransformBuilder timmRelease(TimmRelease version) {
    this.version = version;
    return this;
  }

  /** Sets {@code color_jitter} of brightness, contrast and saturation; 0 for none. */
  public TrainTransformBuilder colorJitter(double strength) {
    return colorJitter(ColorJitter.of(strength));
  }

  /** Sets {@code color_jitter} of each kind. */
  public TrainTransformBuilder colorJitter(ColorJitter jitter) {
    this.colorJitter = jitter.equals(ColorJitter.of(0)) ? Optional.empty() : Optional.of(jitter);
    return this;
  }

  /** Sets {@code mean} and {@code std}, in units of full brightness. */
  public TrainTransformBuilder normalization(List<Double> mean, List<Double> std) {
    return normalization(new Normalization(mean, std));
  }

  /** Sets mean and standard deviation. */
  public TrainTransformBuilder normalization(Normalization normalization) {
    this.normalization = normalization;
    return this;
  }

  /**
   * Sets {@code reprob}, {@code remode} (const, rand or pixel) and {@code recount}; probability 0 for none.
   */
  public TrainTransformBuilder randomErasing(double probability, String mode, int count) {
    RandomErasing chosen = new RandomErasing(probability, ErasingMode.named(mode), count);
    this.erasing = probability > 0 ? Optional.of(chosen) : Optional.empty();
    return this;
  }

  /** Sets when erasing happens where batches are mixed. */
  public TrainTransformBuilder erasingOrder(ErasingOrder order) {
    this.erasingOrder = order;
    return this;
  }

  /**
   * Returns the transform.
   *
   * @throws IllegalArgumentException if timm would not take the policy
   */
  public TrainTransform build() {
    Optional<RandAugment> randAugment = autoAugment.map(policy -> new RandAugment(
        RandAugmentPolicy.parse(policy, version), interpolation, Rgb.meanOf(normalization),
        RandAugment.translateConst(size)));
    boolean jitters = autoAugment.isEmpty()
        || version == TimmRelease.V1_0 && autoAugment.get().contains(THREE_AUGMENT);
    return new TrainTransform(size, cropMode, padding, scale, ratio, interpolation, hflip, vflip, randAugment,
        jitters ? colorJitter : Optional.empty(), normalization, erasing, erasingOrder);
  }
}
