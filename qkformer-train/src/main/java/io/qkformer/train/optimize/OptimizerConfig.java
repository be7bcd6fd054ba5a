package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.layer.Layer;
import io.qkformer.train.optimize.LambConfig.Option;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How parameters are moved, under timm's names. From it come the groups, the optimizer and the clipping.
 *
 * @param opt         the optimizer
 * @param optEps      epsilon; the optimizer's default when absent: 1e-8 for AdamW, 1e-6 for LAMB
 * @param optBetas    beta1 and beta2; 0.9 and 0.999 when empty
 * @param momentum    of SGD; timm's default is 0.9
 * @param weightDecay at least 0; not for vectors, scalars and biases
 * @param clipGrad    the bound of gradients, none when absent
 * @param clipMode    what is bounded
 * @param layerDecay  smaller rates for earlier layers, if any
 * @param frozen      parameters that are not trained
 */
public record OptimizerConfig(Algorithm opt, OptionalDouble optEps, List<Double> optBetas, double momentum,
    double weightDecay, OptionalDouble clipGrad, GradientClipping.Mode clipMode,
    Optional<LayerDecay> layerDecay, NamePatterns frozen) {

  /** timm's {@code adaptive_clip_grad} is not for the classifier. */
  private static final NamePatterns CLASSIFIER = NamePatterns.of("head.*");

  /** Checks each value and copies the list. */
  public OptimizerConfig {
    requireGiven("opt", opt);
    requireGiven("clipMode", clipMode);
    requireGiven("layerDecay", layerDecay);
    requireGiven("frozen", frozen);
    optBetas = List.copyOf(optBetas);
    if (!optBetas.isEmpty() && optBetas.size() != 2) {
      throw new IllegalArgumentException("optBetas must be beta1 and beta2, or nothing; got " + optBetas);
    }
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("weightDecay must be at least 0 and finite, got " + weightDecay);
    }
    // so that a bad value is found when the configuration is made
    switch (opt) {
      case ADAMW -> adamW(optEps, optBetas);
      case SGD -> SgdConfig.nesterov(momentum);
      case MOMENTUM -> SgdConfig.classical(momentum);
      case LAMB, LAMBC -> lamb(opt, optEps, optBetas);
    }
    clipGrad.ifPresent(limit -> new GradientClipping(clipMode, limit, Norm.EUCLIDEAN));
  }

  private static void requireGiven(String name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " must be given, got null");
    }
  }

  /** AdamW with its defaults, no clipping, nothing frozen: all recipes of the reference. */
  public static OptimizerConfig adamW(double weightDecay) {
    return new OptimizerConfig(Algorithm.ADAMW, OptionalDouble.empty(), List.of(), SgdConfig.DEFAULT_MOMENTUM,
        weightDecay, OptionalDouble.empty(), GradientClipping.Mode.NORM, Optional.empty(), NamePatterns.NONE);
  }

  /**
   * The groups of a model's parameters.
   *
   * @throws IllegalArgumentException as {@link ParameterGroups#of(Layer, Grouping)}
   */
  public List<ParameterGroup> groups(Layer model) {
    return ParameterGroups.of(model, new Grouping(weightDecay, NoDecayRule.timm(), layerDecay, frozen));
  }

  /** A new optimizer of these groups, working on the caller's threads. */
  public Optimizer optimizer(List<ParameterGroup> groups, Workers workers) {
    return switch (opt) {
      case ADAMW -> new AdamW(groups, adamW(optEps, optBetas), workers);
      case SGD -> new Sgd(groups, SgdConfig.nesterov(momentum), workers);
      case MOMENTUM -> new Sgd(groups, SgdConfig.classical(momentum), workers);
      case LAMB, LAMBC -> new Lamb(groups, lamb(opt, optEps, optBetas), workers);
    };
  }

  /**
   * Clips gradients between the backward pass and the step, if that is wanted; adaptively, not those of the
   * head.
   *
   * @return the Euclidean norm of those gradients before, when there is clipping
   * @throws NonFiniteException when a gradient holds NaN or infinity; then nothing has changed
   */
  public OptionalDouble clip(List<ParameterGroup> groups, Workers workers) {
    if (clipGrad.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<ParameterGroup> clipped = clipMode == GradientClipping.Mode.AGC
        ? ParameterGroups.without(groups, CLASSIFIER) : groups;
    return OptionalDouble.of(
        new GradientClipping(clipMode, clipGrad.getAsDouble(), Norm.EUCLIDEAN).apply(clipped, workers));
  }

  private static AdamWConfig adamW(OptionalDouble epsilon, List<Double> betas) {
    AdamWConfig defaults = AdamWConfig.defaults();
    return new AdamWConfig(betas.isEmpty() ? defaults.beta1() : betas.get(0),
        betas.isEmpty() ? defaults.beta2() : betas.get(1), epsilon.orElse(defaults.epsilon()));
  }

  private static LambConfig lamb(Algorithm opt, OptionalDouble epsilon, List<Double> betas) {
    LambConfig defaults = LambConfig.defaults();
    Set<Option> options = EnumSet.copyOf(defaults.options());
    if (opt == Algorithm.LAMBC) {
      options.add(Option.TRUST_CLIP);
    }
    return new LambConfig(betas.isEmpty() ? defaults.beta1() : betas.get(0),
        betas.isEmpty() ? defaults.beta2() : betas.get(1), epsilon.orElse(defaults.epsilon()),
        defaults.maxNorm(), options);
  }
}
