package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Workers;
import io.qkformer.train.optimize.GradientClipping.Mode;
import io.qkformer.train.optimize.ScheduleConfig.Kind;
import io.qkformer.train.optimize.Warmup.Placement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The configurations that a recipe is read into. */
class RecipeConfigTest {

  private final Workers inline = new Workers(1);

  private static OptimizerConfig config(Algorithm opt, OptionalDouble eps, List<Double> betas, OptionalDouble clip,
      Mode mode) {
    return new OptimizerConfig(opt, eps, betas, 0.9, 0.1, clip, mode, Optional.empty(), NamePatterns.NONE);
  }

  @Test
  void eachNameOfTimmMakesItsOptimizer() {
    ToyModel model = new ToyModel();
    for (Algorithm algorithm : Algorithm.values()) {
      OptimizerConfig config = config(algorithm, OptionalDouble.empty(), List.of(), OptionalDouble.empty(), Mode.NORM);
      Optimizer optimizer = config.optimizer(config.groups(model), inline);
      assertThat(optimizer).isInstanceOf(switch (algorithm) {
        case ADAMW -> AdamW.class;
        case SGD, MOMENTUM -> Sgd.class;
        case LAMB, LAMBC -> Lamb.class;
      });
    }
    assertThat(Algorithm.of("adamw")).isEqualTo(Algorithm.ADAMW);
    assertThat(Algorithm.of("Momentum")).isEqualTo(Algorithm.MOMENTUM);
    assertThatThrownBy(() -> Algorithm.of("lion"))
        .hasMessage("opt must be one of [adamw, sgd, momentum, lamb, lambc], got lion");
  }

  @Test
  void sgdIsNesterovsAndMomentumIsClassical() {
    ToyModel nesterov = new ToyModel();
    ToyModel classical = new ToyModel();
    for (Object[] pair : new Object[][] {{nesterov, Algorithm.SGD}, {classical, Algorithm.MOMENTUM}}) {
      ToyModel model = (ToyModel) pair[0];
      OptimizerConfig config = config((Algorithm) pair[1], OptionalDouble.empty(), List.of(), OptionalDouble.empty(),
          Mode.NORM);
      model.parameter("lif.w").value().assign(0);
      model.parameter("lif.w").gradient().assign(1);
      config.optimizer(config.groups(model), inline).step(1);
    }

    assertThat(nesterov.parameter("lif.w").value().getDouble(0)).isCloseTo(-1.9, within(1e-6));
    assertThat(classical.parameter("lif.w").value().getDouble(0)).isCloseTo(-1, within(1e-6));
  }

  @Test
  void clippingIsDoneAsToldAndNotOfTheHeadWhenItIsAdaptive() {
    ToyModel model = new ToyModel();
    List<ParameterGroup> groups = OptimizerConfig.adamW(0.1).groups(model);
    assertThat(OptimizerConfig.adamW(0.1).clip(groups, inline)).isEmpty();
    model.parameter("head.weight").gradient().assign(10);
    model.parameter("q.weight").gradient().assign(10);
    config(Algorithm.ADAMW, OptionalDouble.empty(), List.of(), OptionalDouble.of(0.01), Mode.AGC).clip(groups, inline);
    assertThat(model.parameter("head.weight").gradient().maxNumber().doubleValue()).isEqualTo(10);
    assertThat(model.parameter("q.weight").gradient().maxNumber().doubleValue()).isLessThan(0.1);

    config(Algorithm.ADAMW, OptionalDouble.empty(), List.of(), OptionalDouble.of(2), Mode.VALUE).clip(groups, inline);
    assertThat(model.parameter("head.weight").gradient().maxNumber().doubleValue()).isEqualTo(2);
  }

  @Test
  void badOptimizersAreFoundAtOnce() {
    assertThatThrownBy(() -> config(Algorithm.ADAMW, OptionalDouble.of(0), List.of(), OptionalDouble.empty(),
        Mode.NORM)).hasMessageContaining("epsilon");
    assertThatThrownBy(() -> config(Algorithm.LAMB, OptionalDouble.empty(), List.of(0.9), OptionalDouble.empty(),
        Mode.NORM)).hasMessageContaining("optBetas").hasMessageContaining("[0.9]");
    assertThatThrownBy(() -> config(Algorithm.LAMB, OptionalDouble.empty(), List.of(0.9, 1.0), OptionalDouble.empty(),
        Mode.NORM)).hasMessageContaining("beta2");
    assertThatThrownBy(() -> config(Algorithm.SGD, OptionalDouble.empty(), List.of(), OptionalDouble.of(-1),
        Mode.NORM)).hasMessageContaining("maxNorm");
    assertThatThrownBy(() -> OptimizerConfig.adamW(-1)).hasMessageContaining("weightDecay");
    assertThatThrownBy(() -> new OptimizerConfig(Algorithm.SGD, OptionalDouble.empty(), List.of(), 0, 0,
        OptionalDouble.empty(), Mode.NORM, Optional.empty(), NamePatterns.NONE)).hasMessageContaining("momentum");
    assertThatThrownBy(() -> config(null, OptionalDouble.empty(), List.of(), OptionalDouble.empty(), Mode.NORM))
        .hasMessage("opt must be given, got null");
  }

  @Test
  void recipesOfTheReferenceAreSchedules() {
    ScheduleConfig cifar = ScheduleConfig.of(Kind.COSINE, 1e-3, 1e-5, 400, 20, 1e-5, 10);
    assertThat(cifar.schedule()).isEqualTo(new TimmCosine(1e-3, 400, 20, 1e-5, 1e-5, 10));
    assertThat(cifar.totalEpochs()).isEqualTo(410);
    ScheduleConfig imageNet = ScheduleConfig.of(Kind.MAE, RateScaling.LINEAR.rate(6e-4, 512), 1e-6, 200, 5, 0, 0);
    assertThat(imageNet.schedule()).isEqualTo(new HalfCosine(1.2e-3, 200, 5, 1e-6));
    assertThat(imageNet.totalEpochs()).isEqualTo(200);
  }

  @Test
  void cyclesAndPrefixAndStepsAreTakenOver() {
    ScheduleConfig cycles = new ScheduleConfig(Kind.COSINE, 1, 0.1, 0, 10, 2, Placement.PREFIX, 5, 2, 0.5, 3, 1.5, 30,
        0.1);
    assertThat(cycles.schedule()).isEqualTo(new TimmCosine(1, 10, new Warmup(2, 0.1, Placement.PREFIX), 0, 5,
        new CosineCycles(2, 0.5, 3), 1.5));
    assertThat(cycles.totalEpochs()).isEqualTo(70 + 2 + 5);
    ScheduleConfig step = new ScheduleConfig(Kind.STEP, 0.4, 0, 0, 100, 5, Placement.PREFIX, 0, 1, 1, 1, 1, 30, 0.2);
    assertThat(step.schedule()).isEqualTo(new StepDecay(0.4, 30, 0.2, new Warmup(5, 0, Placement.PREFIX)));
    assertThat(step.totalEpochs()).isEqualTo(105);
    assertThat(ScheduleConfig.of(Kind.CONSTANT, 0.1, 0, 7, 0, 0, 0).schedule()).isEqualTo(new ConstantRate(0.1));
  }

  @Test
  void badSchedulesAreFoundAtOnce() {
    assertThatThrownBy(() -> ScheduleConfig.of(Kind.COSINE, -1, 0, 7, 0, 0, 0)).hasMessageContaining("rate");
    assertThatThrownBy(() -> ScheduleConfig.of(Kind.CONSTANT, 1, 0, 0, 0, 0, 0)).hasMessageContaining("epochs");
    assertThatThrownBy(() -> ScheduleConfig.of(Kind.COSINE, 1, 0, 7, 8, 0, 0)).hasMessageContaining("warmupEpochs");
    assertThatThrownBy(() -> ScheduleConfig.of(Kind.MAE, 1, 0, 7, 2, 0.1, 0)).hasMessageContaining("warmupLr 0.1");
    assertThatThrownBy(() -> ScheduleConfig.of(Kind.STEP, 1, 0, 7, 2, 0, -1)).hasMessageContaining("cooldownEpochs");
    assertThatThrownBy(() -> ScheduleConfig.of(null, 1, 0, 7, 2, 0, 0)).hasMessageContaining("sched");
  }

  @Test
  void ratesGrowWithTheBatch() {
    assertThat(RateScaling.LINEAR.rate(6e-4, 576)).isCloseTo(1.35e-3, within(1e-18));
    assertThat(RateScaling.SQUARE_ROOT.rate(1e-3, 1024)).isEqualTo(2e-3);
    assertThatThrownBy(() -> RateScaling.LINEAR.rate(1, 0)).hasMessage("batch must be at least 1, got 0");
    assertThatThrownBy(() -> RateScaling.LINEAR.rate(-1, 1)).hasMessageContaining("base");
  }
}
