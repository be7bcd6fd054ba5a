package io.qkformer.train.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.train.optimize.AdamWConfig;
import io.qkformer.train.optimize.DoubleModel;
import io.qkformer.train.optimize.EmaConfig;
import io.qkformer.train.optimize.GradientClipping;
import io.qkformer.train.optimize.LambConfig;
import io.qkformer.train.optimize.Norm;
import io.qkformer.train.optimize.Optimizer;
import io.qkformer.train.optimize.SgdConfig;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/** The golden cases about optimisers, clipping and averages. */
final class OptimizerCases {

  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";

  private OptimizerCases() {
  }

  static void optimizer(AugmentCase golden) throws IOException {
    NpyArray weight = golden.input(WEIGHT);
    DoubleModel model = new DoubleModel()
        .add(WEIGHT, weight.values(), golden.param("weight_decay").asDouble(), weight.shape()[0])
        .add(BIAS, golden.input(BIAS).values(), 0, 1);
    Optimizer optimizer = optimizer(model, golden);
    NpyArray weightGradients = golden.input("weight_grads");
    NpyArray biasGradients = golden.input("bias_grads");
    JsonNode rate = golden.param("lr");
    for (int step = 0; step < weightGradients.shape()[0]; step++) {
      model.setGradient(WEIGHT, weightGradients.slice(step).values());
      model.setGradient(BIAS, biasGradients.slice(step).values());
      optimizer.step(rate.isArray() ? rate.get(step).asDouble() : rate.asDouble());
      golden.tolerance().check("weight, step " + step, model.value(WEIGHT), golden.expected(WEIGHT).slice(step));
      golden.tolerance().check("bias, step " + step, model.value(BIAS), golden.expected(BIAS).slice(step));
    }
  }

  private static Optimizer optimizer(DoubleModel model, AugmentCase golden) {
    String kind = golden.param("optimizer").asText();
    return switch (kind) {
      case "adamw" -> model.adamW(new AdamWConfig(golden.param("betas").get(0).asDouble(),
          golden.param("betas").get(1).asDouble(), golden.param("eps").asDouble()));
      case "sgd" -> model.sgd(new SgdConfig(golden.param("momentum").asDouble(),
          golden.params().path("dampening").asDouble(0), golden.param("nesterov").asBoolean()
          ? SgdConfig.Kind.NESTEROV : SgdConfig.Kind.CLASSICAL));
      case "lamb" -> model.lamb(lamb(golden));
      default -> throw new AssertionError("unknown optimizer " + kind);
    };
  }

  private static LambConfig lamb(AugmentCase golden) {
    Set<LambConfig.Option> options = EnumSet.noneOf(LambConfig.Option.class);
    addIf(golden, "bias_correction", LambConfig.Option.BIAS_CORRECTION, options);
    addIf(golden, "grad_averaging", LambConfig.Option.GRADIENT_AVERAGING, options);
    addIf(golden, "trust_clip", LambConfig.Option.TRUST_CLIP, options);
    addIf(golden, "always_adapt", LambConfig.Option.ALWAYS_ADAPT, options);
    return new LambConfig(golden.param("betas").get(0).asDouble(), golden.param("betas").get(1).asDouble(),
        golden.param("eps").asDouble(), golden.hasParam("max_grad_norm")
        ? OptionalDouble.of(golden.param("max_grad_norm").asDouble()) : OptionalDouble.empty(), options);
  }

  private static void addIf(AugmentCase golden, String key, LambConfig.Option option,
      Set<LambConfig.Option> options) {
    if (golden.param(key).asBoolean()) {
      options.add(option);
    }
  }

  static void clipping(AugmentCase golden) throws IOException {
    NpyArray weightGradient = golden.input("weight_grads").slice(0);
    NpyArray biasGradient = golden.input("bias_grads").slice(0);
    DoubleModel model = new DoubleModel()
        .add(WEIGHT, new double[weightGradient.values().length], 0, 1)
        .add(BIAS, new double[biasGradient.values().length], 0, 1);
    model.setGradient(WEIGHT, weightGradient.values());
    model.setGradient(BIAS, biasGradient.values());
    double norm = model.clip(new GradientClipping(
        GradientClipping.Mode.valueOf(golden.param("mode").asText().toUpperCase(Locale.ROOT)),
        golden.param("max").asDouble(), golden.hasParam("norm_type")
        ? new Norm(AugmentCase.number(golden.param("norm_type"))) : Norm.EUCLIDEAN));
    if (golden.hasParam("total_norm")) {
      golden.tolerance().check("norm", norm, golden.param("total_norm").asDouble());
    }
    golden.tolerance().check(WEIGHT, model.gradient(WEIGHT), golden.expected(WEIGHT));
    golden.tolerance().check(BIAS, model.gradient(BIAS), golden.expected(BIAS));
  }

  static void average(AugmentCase golden) throws IOException {
    EmaConfig config = new EmaConfig(golden.param("decay").asDouble(), start(golden.params()),
        golden.params().path("min_decay").asDouble(0), golden.params().path("update_after_step").asLong(0),
        golden.params().path("gamma").asDouble(1), golden.params().path("power").asDouble(EmaConfig.DEFAULT_POWER));
    NpyArray model = golden.input("model");
    double[] average = model.slice(0).values();
    for (int step = 1; step < model.shape()[0]; step++) {
      double decay = config.decayAt(step);
      golden.tolerance().check("decay, step " + step, decay, golden.param("decay_used").get(step - 1).asDouble());
      DoubleModel.average(average, model.slice(step).values(), decay);
      golden.tolerance().check("average, step " + step, average, golden.expected("ema").slice(step - 1));
    }
  }

  private static EmaConfig.Start start(JsonNode params) {
    if (params.get("version").asInt() == 2) {
      return EmaConfig.Start.AT_ONCE;
    }
    return params.path("warmup").asBoolean(false) ? EmaConfig.Start.WARMUP : EmaConfig.Start.COPY;
  }
}
