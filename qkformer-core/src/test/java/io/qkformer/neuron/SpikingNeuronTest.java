package io.qkformer.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.NeuronStep.ResetGradient;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.NeuronConfig.InputDecay;
import io.qkformer.neuron.NeuronConfig.Model;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class SpikingNeuronTest {

  private static void check(NeuronConfig config, int timeSteps, INDArray x) {
    ReferenceCheck.training(timeSteps).check(TestMaps.livened(new SpikingNeuron(config), 3), x,
        (ops, in) -> ops.fire("", in, config));
  }

  static List<NeuronConfig> everyCombination() {
    List<NeuronConfig> all = new ArrayList<>();
    for (Model model : Model.values()) {
      for (ResetGradient gradient : ResetGradient.values()) {
        for (InputDecay decay : InputDecay.values()) {
          NeuronConfig config = NeuronConfig.of(model).withResetGradient(gradient).withInputDecay(decay);
          all.add(config);
          all.add(config.withSoftReset().withTau(3));
          all.add(config.withHardReset(-0.25).withThreshold(0.5).withTau(1.5));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("everyCombination")
  void spikesAndGradientsThroughTimeEqualTheEquations(NeuronConfig config) {
    check(config, 5, TestMaps.gaussian(1, 5, 2, 3, 3, 4).muli(1.5).addi(0.7));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6})
  void anyNumberOfStepsWorks(int steps) {
    check(NeuronConfig.lif(), steps, TestMaps.gaussian(2, steps, 1, 2, 2, 5).addi(1));
    check(NeuronConfig.of(Model.PLIF), steps, TestMaps.gaussian(3, steps, 1, 2, 2, 5).addi(1));
  }

  @Test
  void otherSurrogatesShapeTheGradient() {
    for (Surrogate surrogate : List.of(new SigmoidSurrogate(2), new AtanSurrogate(), new AtanSurrogate(3),
        new RectangularSurrogate(), new RectangularSurrogate(2))) {
      check(NeuronConfig.lif().withSurrogate(surrogate), 4, TestMaps.gaussian(4, 4, 2, 2, 2, 3).addi(1));
    }
  }

  /** A user's surrogate: a triangle. */
  private static final class Triangle implements Surrogate {
    @Override
    public double derivative(double u) {
      return Math.max(0, 1 - Math.abs(u));
    }
  }

  @Test
  void aUsersSurrogateWorksAsAClassAndAsALambda() {
    check(NeuronConfig.lif().withSurrogate(new Triangle()), 4, TestMaps.gaussian(5, 4, 2, 2, 2, 3).addi(1));
    check(NeuronConfig.lif().withSurrogate(u -> Math.exp(-u * u)), 4, TestMaps.gaussian(5, 4, 2, 2, 2, 3)
        .addi(1));
  }

  @Test
  void aStaticInputIsTheSameCurrentAtEachStepAndItsGradientTheSumOverThem() {
    for (NeuronConfig config : everyCombination()) {
      check(config, 4, TestMaps.gaussian(6, 1, 2, 2, 3, 3).muli(2).addi(1));
    }
  }

  @Test
  void manyTilesOfNeuronsEqualTheEquations() {
    check(NeuronConfig.of(Model.PLIF), 2, TestMaps.gaussian(7, 2, 1, 7, 9, 97).addi(1));
    // rows longer than a tile
    check(NeuronConfig.lif(), 2, TestMaps.gaussian(8, 2, 1, 1, 2, 2500).addi(1));
  }

  @Test
  void aHandTracedMembraneHalvesAndResets() {
    SpikingNeuron neuron = new SpikingNeuron(NeuronConfig.lif());
    INDArray x = TestMaps.of(new float[] {1, 1.5f, 2, 0.5f, 1}, 5, 1);
    for (Engine engine : Engines.all()) {
      try (Pass pass = Pass.evaluation(engine, 5)) {
        // H: 0.5; 0.5 + (1.5 - 0.5) / 2 = 1.0 fires at the threshold; 1.0 fires from 0; 0.25; 0.625
        NeuronTrace trace = neuron.trace(x, pass);
        assertThat(TestMaps.floats(trace.potentials())).containsExactly(0.5f, 1, 1, 0.25f, 0.625f);
        assertThat(TestMaps.floats(trace.spikes())).containsExactly(0, 1, 1, 0, 0);
        assertThat(TestMaps.floats(trace.last())).containsExactly(0.625f);
        assertThat(TestMaps.floats(neuron.forward(x, pass).value())).containsExactly(0, 1, 1, 0, 0);
      }
    }
  }

  @Test
  void theTraceEqualsTheForwardCall() {
    for (NeuronConfig config : everyCombination()) {
      SpikingNeuron neuron = new SpikingNeuron(config);
      INDArray x = TestMaps.gaussian(9, 1, 2, 3, 3, 4).addi(1);
      try (Pass pass = Pass.evaluation(Engines.BEST, 6)) {
        NeuronTrace trace = neuron.trace(x, pass);
        assertThat(TestMaps.floats(trace.spikes())).isEqualTo(TestMaps.floats(neuron.forward(x, pass)
            .value()));
        assertThat(trace.last().shape()).containsExactly(2, 3, 3, 4);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aConstantInputFiresByStepTFromTheKnownLevelOn(int steps) {
    float level = new float[] {2, 4 / 3f, 8 / 7f, 16 / 15f}[steps - 1];
    INDArray x = TestMaps.of(new float[] {level - 1e-5f, level + 1e-5f}, 1, 2);
    try (Pass pass = Pass.evaluation(Engines.BEST, steps)) {
      INDArray spikes = new SpikingNeuron(NeuronConfig.lif()).forward(x, pass).value();
      float[] last = new float[2];
      System.arraycopy(TestMaps.floats(spikes), 2 * (steps - 1), last, 0, 2);
      assertThat(last).containsExactly(0, 1);
    }
  }

  @Test
  void theGradientOfPlifsRateEqualsFiniteDifferencesOfThePotential() {
    // sub-threshold throughout and a linear surrogate: the loss is sum of u^2 / 2, smooth in w
    NeuronConfig config = NeuronConfig.of(Model.PLIF).withThreshold(100).withSurrogate(u -> 1);
    SpikingNeuron neuron = new SpikingNeuron(config);
    Parameter w = ReferenceCheck.parameters(neuron).get("w");
    INDArray x = TestMaps.gaussian(10, 3, 1, 2, 2, 3);
    assertThat(w.value().rank()).isZero();
    assertThat(w.value().getFloat(0)).as("tau 2").isZero();
    double expected;
    try (Pass pass = Pass.training(Engines.BEST, 3)) {
      // with surrogate 1 and gradient 1, dLoss/dw is the derivative of the sum of the potentials
      Output output = neuron.forward(x, pass);
      output.backward().apply(TestMaps.spikes(1, 1, 3, 1, 2, 2, 3));
      double h = 0.01;
      w.value().assign(h);
      double above = neuron.trace(x, pass).potentials().sumNumber().doubleValue();
      w.value().assign(-h);
      expected = (above - neuron.trace(x, pass).potentials().sumNumber().doubleValue()) / (2 * h);
    }
    assertThat(w.gradient().getDouble(0)).isCloseTo(expected, within(1e-3 * Math.abs(expected)));
  }

  @Test
  void tauIsPlifsStartOnly() {
    SpikingNeuron neuron = new SpikingNeuron(NeuronConfig.of(Model.PLIF).withTau(5));
    assertThat(ReferenceCheck.parameters(neuron).get("w").value().getDouble(0))
        .isCloseTo(-Math.log(4), within(1e-6));
    assertThat(ReferenceCheck.parameters(new SpikingNeuron(NeuronConfig.lif()))).isEmpty();
  }

  @Test
  void wrongShapesAreRefused() {
    SpikingNeuron neuron = new SpikingNeuron(NeuronConfig.lif());
    try (Pass pass = Pass.training(Engines.BEST, 4)) {
      assertThatThrownBy(() -> neuron.forward(TestMaps.gaussian(1, 3), pass))
          .hasMessageContaining("expected [T, ...] with at least one neuron, got [3]");
      Output output = neuron.forward(TestMaps.gaussian(1, 1, 3), pass);
      assertThatThrownBy(() -> output.backward().apply(TestMaps.gaussian(1, 1, 3)))
          .hasMessageContaining("expected a gradient of shape [4, 3], got [1, 3]");
    }
  }
}
