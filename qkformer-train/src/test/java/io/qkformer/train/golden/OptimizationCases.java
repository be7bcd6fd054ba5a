package io.qkformer.train.golden;

import java.util.Map;

/** The golden cases about mixing, schedules, optimisers, clipping and averages. */
final class OptimizationCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS = Map.of(
      "schedule", ScheduleCases::schedule,
      "optimizer", OptimizerCases::optimizer,
      "clip_grad", OptimizerCases::clipping,
      "ema", OptimizerCases::average,
      "mix", MixingCases::floats,
      "mix_bytes", MixingCases::bytes,
      "soft_target", MixingCases::softTarget,
      "cutmix_box", MixingCases::boxes,
      "cutmix_minmax", MixingCases::minmax);

  private OptimizationCases() {
  }
}
