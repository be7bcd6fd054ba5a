package io.qkformer.train.recipe;

import io.qkformer.train.optimize.Algorithm;
import io.qkformer.train.optimize.GradientClipping;
import io.qkformer.train.optimize.LayerDecay;
import io.qkformer.train.optimize.LayerDecay.Layers;
import io.qkformer.train.optimize.NamePatterns;
import io.qkformer.train.optimize.OptimizerConfig;
import io.qkformer.train.optimize.SgdConfig;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The keys of the optimizer. */
final class OptimizerKeys {

  static final Key<Algorithm> OPT = Key.of("opt", Types.named(algorithms(), Map.of("nesterov", Algorithm.SGD)));
  static final Key<Double> OPT_EPS = Key.of("opt_eps", Types.above(0));
  static final Key<List<Double>> OPT_BETAS = Key.of("opt_betas",
      Types.list(Types.number("of at least 0 and below 1", beta -> beta >= 0 && beta < 1), 2, 2));
  static final Key<Double> MOMENTUM = Key.of("momentum", Types.atLeast(0));
  static final Key<Double> WEIGHT_DECAY = Key.of("weight_decay", Types.atLeast(0));
  static final Key<Double> CLIP_GRAD = Key.of("clip_grad", Types.above(0));
  static final Key<GradientClipping.Mode> CLIP_MODE = Key.of("clip_mode", Types.constant(GradientClipping.Mode.class));
  static final Key<Double> LAYER_DECAY =
      Key.of("layer_decay", Types.number("above 0 and at most 1", factor -> factor > 0 && factor <= 1));
  static final Key<Double> LAYER_DECAY_MIN_SCALE = Key.of("layer_decay_min_scale", Types.share());
  static final Key<Layers> LAYER_DECAY_LAYERS = Key.of("layer_decay_layers", Types.constant(Layers.class));
  static final Key<List<String>> FREEZE = Key.of("freeze", Types.list(Types.text(), 0, Integer.MAX_VALUE));

  static final List<Key<?>> KEYS = List.of(OPT, OPT_EPS, OPT_BETAS, MOMENTUM, WEIGHT_DECAY, CLIP_GRAD, CLIP_MODE,
      LAYER_DECAY, LAYER_DECAY_MIN_SCALE, LAYER_DECAY_LAYERS, FREEZE);

  /** timm's. */
  private static final double DEFAULT_WEIGHT_DECAY = 2e-5;

  private OptimizerKeys() {
  }

  private static Map<String, Algorithm> algorithms() {
    Map<String, Algorithm> names = new LinkedHashMap<>();
    Arrays.stream(Algorithm.values()).forEach(opt -> names.put(opt.name().toLowerCase(Locale.ROOT), opt));
    return names;
  }

  static OptimizerConfig read(Values values) {
    Optional<LayerDecay> layerDecay = values.find(LAYER_DECAY).map(factor -> new LayerDecay(factor,
        values.get(LAYER_DECAY_LAYERS, Layers.BLOCKS), values.get(LAYER_DECAY_MIN_SCALE, 0.0)));
    return values.build(() -> new OptimizerConfig(values.get(OPT, Algorithm.SGD), optional(values.find(OPT_EPS)),
        values.find(OPT_BETAS).orElse(List.of()), values.get(MOMENTUM, SgdConfig.DEFAULT_MOMENTUM),
        values.get(WEIGHT_DECAY, DEFAULT_WEIGHT_DECAY), optional(values.find(CLIP_GRAD)),
        values.get(CLIP_MODE, GradientClipping.Mode.NORM), layerDecay,
        new NamePatterns(values.find(FREEZE).orElse(List.of()))), OPT_EPS, MOMENTUM, FREEZE);
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  static void write(OptimizerConfig optimizer, Lines lines) {
    lines.comment("Optimizer");
    lines.put(OPT, optimizer.opt());
    lines.putOptional(OPT_EPS, optimizer.optEps().stream().boxed().findFirst());
    lines.putOptional(OPT_BETAS, Optional.of(optimizer.optBetas()).filter(betas -> !betas.isEmpty()));
    lines.put(MOMENTUM, optimizer.momentum());
    lines.put(WEIGHT_DECAY, optimizer.weightDecay());
    lines.putOptional(CLIP_GRAD, optimizer.clipGrad().stream().boxed().findFirst());
    lines.put(CLIP_MODE, optimizer.clipMode());
    lines.putOptional(LAYER_DECAY, optimizer.layerDecay().map(LayerDecay::factor));
    lines.put(LAYER_DECAY_MIN_SCALE, optimizer.layerDecay().map(LayerDecay::minScale).orElse(0.0));
    lines.put(LAYER_DECAY_LAYERS, optimizer.layerDecay().map(LayerDecay::layers).orElse(Layers.BLOCKS));
    lines.put(FREEZE, optimizer.frozen().globs());
  }
}
