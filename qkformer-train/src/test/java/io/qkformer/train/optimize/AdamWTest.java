package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Workers;
import io.qkformer.layer.Parameter;
import io.qkformer.train.Bits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AdamWTest {

  private static final AdamWConfig DEFAULTS = AdamWConfig.defaults();

  private static Map<String, INDArray> values(ToyModel model) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    model.parameters().forEach((name, parameter) -> values.put(name, parameter.value().dup()));
    return values;
  }

  private static void train(ToyModel model, Optimizer optimizer, int from, int to) {
    for (int step = from; step < to; step++) {
      optimizer.clear();
      model.addGradients(step);
      optimizer.step(0.01 / (step + 1));
    }
  }

  /** The definition in double, parameter by parameter. */
  private static double[] naive(String name, double decay, AdamWConfig config, int steps) {
    ToyModel model = new ToyModel();
    Parameter parameter = model.parameter(name);
    double[] p = parameter.value().dup().data().asDouble();
    double[] m = new double[p.length];
    double[] v = new double[p.length];
    for (int t = 1; t <= steps; t++) {
      double lr = 0.01 / t;
      parameter.clearGradient();
      model.addGradients(t - 1);
      double[] g = parameter.gradient().dup().data().asDouble();
      for (int i = 0; i < p.length; i++) {
        p[i] *= 1 - lr * decay;
        m[i] = config.beta1() * m[i] + (1 - config.beta1()) * g[i];
        v[i] = config.beta2() * v[i] + (1 - config.beta2()) * g[i] * g[i];
        double mHat = m[i] / (1 - Math.pow(config.beta1(), t));
        double vHat = v[i] / (1 - Math.pow(config.beta2(), t));
        p[i] -= lr * mHat / (Math.sqrt(vHat) + config.epsilon());
      }
    }
    return p;
  }

  @Test
  void agreesWithTheDefinitionForAllShapesAndBothGroups() {
    AdamWConfig config = new AdamWConfig(0.8, 0.95, 1e-3);
    ToyModel model = new ToyModel();
    train(model, new AdamW(ParameterGroups.of(model, 0.5), config), 0, 7);

    model.parameters().forEach((name, parameter) -> {
      boolean decays = NoDecayRule.timm().exempts(name, parameter);
      double[] expected = naive(name, decays ? 0 : 0.5, config, 7);
      assertThat(parameter.value().dup().data().asDouble()).as(name).containsExactly(expected, within(1e-6));
    });
  }

  @Test
  void firstStepIsTheLearningRateAgainstTheGradientsSign() {
    ToyModel model = new ToyModel();
    INDArray before = model.parameter("lif.w").value().dup();
    model.parameter("lif.w").gradient().assign(-123);
    new AdamW(ParameterGroups.of(model, 0), DEFAULTS).step(0.01);

    assertThat(model.parameter("lif.w").value().sub(before).getDouble(0)).isCloseTo(0.01, within(1e-7));
  }

  @Test
  void decayIsDecoupledFromTheGradient() {
    ToyModel model = new ToyModel();
    Map<String, INDArray> before = values(model);
    new AdamW(ParameterGroups.of(model, 0.5), DEFAULTS).step(0.1);

    assertThat(model.parameter("head.weight").value()).isEqualTo(before.get("head.weight").mul(0.95));
    Bits.assertSame(model.parameter("conv.bias").value(), before.get("conv.bias"), "conv.bias");
  }

  @Test
  void rateZeroChangesNoParameter() {
    ToyModel model = new ToyModel();
    Map<String, INDArray> before = values(model);
    model.addGradients(0);
    new AdamW(ParameterGroups.of(model, 0.5), DEFAULTS).step(0);

    Bits.assertSame(values(model), before);
  }

  @Test
  void numberOfThreadsDoesNotChangeABit() {
    ToyModel one = new ToyModel();
    ToyModel many = new ToyModel();
    train(one, new AdamW(ParameterGroups.of(one, 0.06), DEFAULTS), 0, 3);
    try (Workers workers = new Workers(3)) {
      train(many, new AdamW(ParameterGroups.of(many, 0.06), DEFAULTS, workers), 0, 3);
    }

    Bits.assertSame(values(many), values(one));
  }

  @Test
  void goesOnFromARestoredStateAsIfNeverInterrupted() {
    ToyModel straight = new ToyModel();
    train(straight, new AdamW(ParameterGroups.of(straight, 0.06), DEFAULTS), 0, 6);

    ToyModel model = new ToyModel();
    AdamW first = new AdamW(ParameterGroups.of(model, 0.06), DEFAULTS);
    train(model, first, 0, 3);
    AdamW second = new AdamW(ParameterGroups.of(model, 0.06), DEFAULTS);
    second.restore(first.state());
    train(model, second, 3, 6);

    Bits.assertSame(values(model), values(straight));
    assertThat(second.state().steps()).isEqualTo(6);
    assertThat(first.state().steps()).as("the state was copied").isEqualTo(3);
  }

  @Test
  void stateIsNamedAfterTheParameters() {
    ToyModel model = new ToyModel();
    AdamW optimizer = new AdamW(ParameterGroups.of(model, 0.06), DEFAULTS);
    model.parameter("lif.w").gradient().assign(2);
    optimizer.step(0.1);
    OptimizerState state = optimizer.state();

    assertThat(state.tensors()).hasSize(14).containsKeys("conv.weight.exp_avg", "lif.w.exp_avg_sq");
    assertThat(state.tensors().get("lif.w.exp_avg").getDouble(0)).isCloseTo(0.2, within(1e-7));
    assertThat(state.tensors().get("lif.w.exp_avg_sq").getDouble(0)).isCloseTo(0.004, within(1e-8));
    assertThat(state.tensors().get("conv.weight.exp_avg").shape()).containsExactly(3, 3, 12, 50);
  }

  @Test
  void clearSetsAllGradientsToZero() {
    ToyModel model = new ToyModel();
    model.addGradients(0);
    new AdamW(ParameterGroups.of(model, 0), DEFAULTS).clear();

    model.parameters()
        .forEach((name, p) -> assertThat(p.gradient().norm1Number().doubleValue()).as(name).isZero());
  }

  @Test
  void gradientsThatAreNotFiniteChangeNothing() {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      ToyModel model = new ToyModel();
      AdamW optimizer = new AdamW(ParameterGroups.of(model, 0.06), DEFAULTS);
      model.addGradients(0);
      model.parameter("conv.weight").gradient().putScalar(5000, bad);
      Map<String, INDArray> before = values(model);

      assertThatThrownBy(() -> optimizer.step(0.1)).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the gradient of conv.weight holds NaN or infinity");
      Bits.assertSame(values(model), before);
      assertThat(optimizer.state().steps()).isZero();
      assertThat(optimizer.state().tensors().values()).allMatch(t -> t.norm1Number().doubleValue() == 0);
    }
  }

  @Test
  void statesOfOtherModelsAreRefusedAndChangeNothing() {
    ToyModel model = new ToyModel();
    AdamW optimizer = new AdamW(ParameterGroups.of(model, 0.06), DEFAULTS);
    AdamW other = new AdamW(ParameterGroups.of(model, 0.06), DEFAULTS);
    train(model, other, 0, 2);

    Map<String, INDArray> less = new LinkedHashMap<>(other.state().tensors());
    less.remove("lif.w.exp_avg");
    Map<String, INDArray> more = new LinkedHashMap<>(other.state().tensors());
    more.put("x.exp_avg", Nd4j.zeros(1));
    Map<String, INDArray> misshapen = new LinkedHashMap<>(other.state().tensors());
    misshapen.put("odd.bias.exp_avg_sq", Nd4j.zeros(4));
    assertThatThrownBy(() -> optimizer.restore(new OptimizerState(2, less)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("lacks lif.w.exp_avg");
    assertThatThrownBy(() -> optimizer.restore(new OptimizerState(2, more)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("holds x.exp_avg");
    assertThatThrownBy(() -> optimizer.restore(new OptimizerState(2, misshapen)))
        .hasMessage("expected odd.bias.exp_avg_sq FLOAT [1, 1, 2, 2], got FLOAT [4]");
    assertThat(optimizer.state().steps()).isZero();
    assertThat(optimizer.state().tensors().values()).allMatch(t -> t.norm1Number().doubleValue() == 0);
  }

  @Test
  void badArgumentsAreNamed() {
    ToyModel model = new ToyModel();
    List<ParameterGroup> groups = ParameterGroups.of(model, 0);
    for (double rate : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new AdamW(groups, DEFAULTS).step(rate))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("learningRate must be at least 0 and finite, got " + rate);
    }
    assertThatThrownBy(() -> new AdamW(List.of(groups.get(0), groups.get(0)), DEFAULTS))
        .hasMessageContaining("conv.weight comes twice");
    Map<String, Parameter> alias = Map.of("alias", model.parameter("conv.weight"));
    assertThatThrownBy(() -> new AdamW(List.of(groups.get(0), new ParameterGroup(0, alias)), DEFAULTS))
        .hasMessageContaining("alias comes twice");
    assertThatThrownBy(() -> new AdamW(List.of(), DEFAULTS)).hasMessageContaining("at least one parameter");
    assertThatThrownBy(() -> new AdamWConfig(1, 0.9, 1e-8)).hasMessage("beta1 must be in [0, 1), got 1.0");
    assertThatThrownBy(() -> new AdamWConfig(0.9, -1, 1e-8)).hasMessageContaining("beta2");
    assertThatThrownBy(() -> new AdamWConfig(0.9, 0.9, 0)).hasMessageContaining("epsilon");
    assertThatThrownBy(() -> new OptimizerState(-1, Map.of())).hasMessageContaining("-1");
  }
}
