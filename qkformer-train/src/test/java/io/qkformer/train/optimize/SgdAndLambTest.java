package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Workers;
import io.qkformer.train.Bits;
import io.qkformer.train.optimize.LambConfig.Option;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class SgdAndLambTest {

  /** Optimizers with some settings each. */
  private enum Kind {
    PLAIN((groups, workers) -> new Sgd(groups, SgdConfig.classical(0), workers)),
    MOMENTUM((groups, workers) -> new Sgd(groups, new SgdConfig(0.8, 0.1, SgdConfig.Kind.CLASSICAL), workers)),
    NESTEROV((groups, workers) -> new Sgd(groups, SgdConfig.nesterov(0.9), workers)),
    LAMB((groups, workers) -> new Lamb(groups, LambConfig.defaults(), workers)),
    ADAMW((groups, workers) -> new AdamW(groups, AdamWConfig.defaults(), workers));

    private final BiFunction<List<ParameterGroup>, Workers, Optimizer> make;

    Kind(BiFunction<List<ParameterGroup>, Workers, Optimizer> make) {
      this.make = make;
    }

    Optimizer of(ToyModel model, Workers workers) {
      return make.apply(ParameterGroups.of(model, 0.1), workers);
    }
  }

  private static Map<String, INDArray> values(ToyModel model) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    model.parameters().forEach((name, parameter) -> values.put(name, parameter.value().dup()));
    return values;
  }

  private static void train(ToyModel model, Optimizer optimizer, int from, int to) {
    for (int step = from; step < to; step++) {
      optimizer.clear();
      model.addGradients(step);
      optimizer.step(0.01);
    }
  }

  private static DoubleModel one(double value, double weightDecay) {
    return new DoubleModel().add("p", new double[] {value}, weightDecay, 1);
  }

  @Test
  void plainDescentAddsTheDecayToTheGradient() {
    DoubleModel model = one(2, 0.5);
    model.setGradient("p", 3);
    model.sgd(SgdConfig.classical(0)).step(0.1);

    assertThat(model.value("p")).containsExactly(new double[] {2 - 0.1 * (3 + 0.5 * 2)}, within(1e-15));
  }

  @Test
  void momentumSumsGradientsThatWereDampenedAfterTheFirst() {
    DoubleModel model = one(0, 0);
    Optimizer optimizer = model.sgd(new SgdConfig(0.5, 0.25, SgdConfig.Kind.CLASSICAL));
    model.setGradient("p", 4);
    optimizer.step(1);
    assertThat(model.value("p")).as("b = g = 4").containsExactly(-4);
    optimizer.step(1);
    assertThat(model.value("p")).as("b = 0.5 * 4 + 0.75 * 4 = 5").containsExactly(-9);
  }

  @Test
  void nesterovLooksOneStepAhead() {
    DoubleModel model = one(0, 0);
    Optimizer optimizer = model.sgd(SgdConfig.nesterov(0.5));
    model.setGradient("p", 4);
    optimizer.step(1);
    assertThat(model.value("p")).as("g + 0.5 * 4").containsExactly(-6);
    optimizer.step(1);
    assertThat(model.value("p")).as("b = 6, g + 0.5 * 6 = 7").containsExactly(-13);
  }

  /** In the first step m / (1 - beta1) / sqrt(v / (1 - beta2)) is the gradient's sign. */
  @Test
  void lambTakesStepsAsLongAsTheRateTimesTheValues() {
    DoubleModel model = new DoubleModel().add("p", new double[] {3, 4}, 0.02, 1);
    model.setGradient("p", 0.01, -0.01);
    model.lamb(new LambConfig(0.9, 0.999, 1e-12, OptionalDouble.empty(), LambConfig.defaults().options())).step(0.1);

    double first = 1 + 0.02 * 3;
    double second = -1 + 0.02 * 4;
    double trust = 5 / Math.hypot(first, second);
    assertThat(model.value("p")).containsExactly(
        new double[] {3 - 0.1 * trust * first, 4 - 0.1 * trust * second}, within(1e-8));
  }

  @Test
  void lambAdaptsParametersWithoutDecayOnlyWhenTold() {
    Set<Option> options = EnumSet.of(Option.BIAS_CORRECTION, Option.GRADIENT_AVERAGING, Option.ALWAYS_ADAPT);
    DoubleModel plain = one(5, 0);
    DoubleModel adapted = one(5, 0);
    DoubleModel clipped = one(5, 0);
    plain.setGradient("p", 1);
    adapted.setGradient("p", 1);
    clipped.setGradient("p", 1);
    plain.lamb(LambConfig.defaults()).step(0.1);
    adapted.lamb(new LambConfig(0.9, 0.999, 1e-9, OptionalDouble.empty(), options)).step(0.1);
    options.add(Option.TRUST_CLIP);
    clipped.lamb(new LambConfig(0.9, 0.999, 1e-9, OptionalDouble.empty(), options)).step(0.1);

    assertThat(plain.value("p")).containsExactly(new double[] {4.9}, within(1e-6));
    assertThat(adapted.value("p")).containsExactly(new double[] {4.5}, within(1e-6));
    assertThat(clipped.value("p")).containsExactly(new double[] {4.9}, within(1e-6));
  }

  @Test
  void lambOfZeroWeightsStartsAtAll() {
    DoubleModel model = one(0, 0.1);
    model.setGradient("p", 2);
    model.lamb(LambConfig.defaults()).step(0.1);

    assertThat(model.value("p")).containsExactly(new double[] {-0.1}, within(1e-6));
  }

  /** Epsilon is as large as the gradient, which shows how long it was taken to be. */
  @Test
  void lambShortensLongGradientsOfAllParametersTogetherAndLeavesThemAsTheyAre() {
    DoubleModel model = one(0, 0).add("q", new double[] {0}, 0, 1);
    model.setGradient("p", 30);
    model.setGradient("q", 40);
    model.lamb(new LambConfig(0.9, 0.999, 1, OptionalDouble.of(1), LambConfig.defaults().options())).step(1);

    assertThat(model.value("p")).containsExactly(new double[] {-0.6 / 1.6}, within(1e-12));
    assertThat(model.value("q")).containsExactly(new double[] {-0.8 / 1.8}, within(1e-12));
    assertThat(model.gradient("q")).containsExactly(40);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void goesOnFromARestoredStateAsIfNeverInterrupted(Kind kind) {
    Workers inline = new Workers(1);
    ToyModel straight = new ToyModel();
    train(straight, kind.of(straight, inline), 0, 5);

    ToyModel model = new ToyModel();
    Optimizer first = kind.of(model, inline);
    train(model, first, 0, 2);
    Optimizer second = kind.of(model, inline);
    second.restore(first.state());
    train(model, second, 2, 5);

    Bits.assertSame(values(model), values(straight));
    assertThat(second.state().steps()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void numberOfThreadsDoesNotChangeABit(Kind kind) {
    ToyModel one = new ToyModel();
    ToyModel many = new ToyModel();
    train(one, kind.of(one, new Workers(1)), 0, 3);
    try (Workers workers = new Workers(3)) {
      train(many, kind.of(many, workers), 0, 3);
    }

    Bits.assertSame(values(many), values(one));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void groupsScaleTheLearningRate(Kind kind) {
    ToyModel half = new ToyModel();
    ToyModel full = new ToyModel();
    List<ParameterGroup> groups = ParameterGroups.of(half, 0.1).stream()
        .map(group -> new ParameterGroup(group.weightDecay(), 0.5, group.parameters())).toList();
    half.addGradients(0);
    full.addGradients(0);
    kind.make.apply(groups, new Workers(1)).step(0.02);
    kind.of(full, new Workers(1)).step(0.01);

    assertThat(values(half)).isEqualTo(values(full));
  }

  @Test
  void statesHavePytorchsNames() {
    ToyModel model = new ToyModel();
    assertThat(Kind.NESTEROV.of(model, new Workers(1)).state().tensors()).hasSize(7)
        .containsKey("conv.weight.momentum_buffer");
    assertThat(Kind.PLAIN.of(model, new Workers(1)).state().tensors()).isEmpty();
    assertThat(Kind.LAMB.of(model, new Workers(1)).state().tensors())
        .containsKeys("lif.w.exp_avg", "lif.w.exp_avg_sq");
    assertThatThrownBy(() -> Kind.NESTEROV.of(model, new Workers(1))
        .restore(Kind.LAMB.of(model, new Workers(1)).state())).hasMessageContaining("lacks conv.weight.momentum_buffer");
  }

  @Test
  void badSettingsAreNamed() {
    assertThatThrownBy(() -> SgdConfig.classical(-0.1)).hasMessageContaining("momentum").hasMessageContaining("-0.1");
    assertThatThrownBy(() -> SgdConfig.nesterov(0)).hasMessageContaining("take CLASSICAL");
    assertThatThrownBy(() -> new SgdConfig(0.9, Double.NaN, SgdConfig.Kind.CLASSICAL))
        .hasMessageContaining("dampening");
    assertThatThrownBy(() -> new SgdConfig(0.9, 0, null)).hasMessageContaining("kind");
    assertThatThrownBy(() -> new LambConfig(0.9, 1, 1e-6, OptionalDouble.empty(), Set.of()))
        .hasMessageContaining("beta2");
    assertThatThrownBy(() -> new LambConfig(0.9, 0.9, 1e-6, OptionalDouble.of(0), Set.of()))
        .hasMessage("maxNorm must be above 0, got 0.0");
  }
}
