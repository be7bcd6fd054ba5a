package io.qkformer.train.golden;

import java.util.Map;

/** The golden cases about mixing, schedules, optimisers, clipping and averages. */
final class OptimizationCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS = Map.of(
      "schedule", ScheduleCases::schedule,
      "optimizer", OptimizerCases::optimizer,
      "clip_grad", OptimizerCases::clipping,
      "ema", OptimizerCases::average);

  private OptimizationCases() {
  }
}
