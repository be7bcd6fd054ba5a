package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.qkformer.kernel.Workers;
import io.qkformer.train.Bits;
import io.qkformer.train.optimize.GradientClipping.Mode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class WeightUpdateTest {

  private static final double RATE = 0.01;
  private static final Optional<EmaConfig> AVERAGE = Optional.of(EmaConfig.of(0.9, EmaConfig.Start.AT_ONCE));

  private final Workers inline = new Workers(1);

  private static OptimizerConfig config(NamePatterns frozen) {
    return new OptimizerConfig(Algorithm.ADAMW, OptionalDouble.empty(), List.of(), 0.9, 0.1, OptionalDouble.of(0.5),
        Mode.NORM, Optional.empty(), frozen);
  }

  private WeightUpdate update(ToyModel model) {
    return new WeightUpdate(model, config(NamePatterns.NONE), AVERAGE, inline);
  }

  private static void step(ToyModel model, WeightUpdate update, int number) {
    update.clear();
    model.addGradients(number);
    update.step(RATE, StepSamples.NONE);
  }

  private static Map<String, INDArray> values(ToyModel model) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    model.parameters().forEach((name, parameter) -> values.put(name, parameter.value().dup()));
    return values;
  }

  private static Map<String, INDArray> copies(Map<String, INDArray> tensors) {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> copies.put(name, tensor.dup()));
    return copies;
  }

  /** The clipping of the second step follows its own gradients, the average the weights after the step. */
  @Test
  void clipsThenStepsThenAverages() {
    ToyModel whole = new ToyModel();
    WeightUpdate update = update(whole);
    ToyModel parts = new ToyModel();
    List<ParameterGroup> groups = ParameterGroups.of(parts, 0.1);
    AdamW optimizer = new AdamW(groups, AdamWConfig.defaults(), inline);
    WeightAverage average = new WeightAverage(parts, AVERAGE.get(), inline);

    for (int number = 1; number <= 4; number++) {
      step(whole, update, number);
      optimizer.clear();
      parts.addGradients(number);
      double norm = new GradientClipping(Mode.NORM, 0.5, Norm.EUCLIDEAN).apply(groups, inline);
      assertThat(norm).as("it is clipped").isGreaterThan(5);
      optimizer.step(RATE);
      average.update(number);

      assertThat(update.steps()).isEqualTo(number);
      Bits.assertSame(values(whole), values(parts));
      Bits.assertSame(update.average().orElseThrow().state(), average.state());
      Bits.assertSame(update.state(), optimizer.state());
    }
    assertThat(whole.parameter("q.weight").gradient().norm2Number().doubleValue()).as("clipped").isLessThan(0.5);
  }

  @Test
  void withoutAnAverageThereIsNone() {
    ToyModel model = new ToyModel();
    WeightUpdate update = new WeightUpdate(model, OptimizerConfig.adamW(0), Optional.empty(), inline);
    Map<String, INDArray> before = values(model);
    model.addGradients(1);
    // at a rate of 0 nothing moves, and it is a step all the same
    update.step(0);

    assertThat(update.average()).isEmpty();
    assertThat(update.steps()).isEqualTo(1);
    Bits.assertSame(values(model), before);
  }

  @Test
  void goesOnFromAStateThatWasKept() {
    ToyModel whole = new ToyModel();
    WeightUpdate update = update(whole);
    step(whole, update, 1);
    step(whole, update, 2);
    OptimizerState kept = new OptimizerState(update.state().steps(), copies(update.state().tensors()));
    Map<String, INDArray> average = copies(update.average().orElseThrow().state());
    Map<String, INDArray> weights = values(whole);
    step(whole, update, 3);

    ToyModel other = new ToyModel();
    WeightUpdate resumed = update(other);
    step(other, resumed, 9);
    other.parameters().forEach((name, parameter) -> parameter.value().assign(weights.get(name)));
    resumed.restore(kept);
    resumed.average().orElseThrow().restore(average);
    assertThat(resumed.steps()).isEqualTo(2);
    step(other, resumed, 3);

    Bits.assertSame(values(other), values(whole));
    Bits.assertSame(resumed.state(), update.state());
    Bits.assertSame(resumed.average().orElseThrow().state(), update.average().orElseThrow().state());
    assertThat(resumed.steps()).isEqualTo(3);
  }

  @Test
  void aGradientThatIsNoNumberChangesNothing() {
    ToyModel model = new ToyModel();
    WeightUpdate update = update(model);
    step(model, update, 1);
    Map<String, INDArray> weights = values(model);
    Map<String, INDArray> average = copies(update.average().orElseThrow().state());
    OptimizerState state = new OptimizerState(1, copies(update.state().tensors()));
    update.clear();
    model.addGradients(2);
    model.parameter("conv.bias").gradient().putScalar(3, Float.NaN);
    model.parameter("q.weight").gradient().putScalar(3, Float.POSITIVE_INFINITY);

    StepSamples samples = new StepSamples(List.of(8, 1), List.of("a.png", "b.png"));
    NonFiniteException e = catchThrowableOfType(() -> update.step(RATE, samples), NonFiniteException.class);

    assertThat(e.step()).hasValue(2);
    assertThat(e.samples()).isEqualTo(samples);
    assertThat(e.affected()).isEqualTo(2);
    Bits.assertSame(values(model), weights);
    Bits.assertSame(update.average().orElseThrow().state(), average);
    Bits.assertSame(update.state(), state);
    assertThat(update.steps()).isEqualTo(1);
  }

  @Test
  void frozenParametersGetNeitherStepNorDecay() {
    ToyModel model = new ToyModel();
    WeightUpdate update = new WeightUpdate(model, config(NamePatterns.of("conv.*", "*.w")), AVERAGE, inline);
    Map<String, INDArray> before = values(model);
    step(model, update, 1);

    values(model).forEach((name, value) -> assertThat(Bits.same(value, before.get(name))).as(name)
        .isEqualTo(name.startsWith("conv.") || name.equals("lif.w")));
  }

  @Test
  void badInputIsRefused() {
    ToyModel model = new ToyModel();
    WeightUpdate update = update(model);
    for (double rate : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> update.step(rate)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(update.steps()).isZero();
    assertThatThrownBy(() -> new WeightUpdate(model, config(NamePatterns.of("cnov.*")), AVERAGE, inline))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no parameter is called cnov.*");
  }
}
