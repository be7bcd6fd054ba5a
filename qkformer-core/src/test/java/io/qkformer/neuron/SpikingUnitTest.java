package io.qkformer.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Conv2d.Bias;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Sequential;
import io.qkformer.neuron.SpikingUnit.End;
import io.qkformer.neuron.SpikingUnit.Pooling;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.ReferenceParts;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class SpikingUnitTest {

  private static final NeuronConfig PLIF = NeuronConfig.of(NeuronConfig.Model.PLIF);

  static List<Arguments> forms() {
    List<Arguments> forms = new ArrayList<>();
    for (Pooling pooling : Pooling.values()) {
      for (End end : End.values()) {
        for (Mode mode : List.of(Mode.TRAINING, Mode.FROZEN_STATISTICS)) {
          for (int inputSteps : new int[] {1, 3}) {
            forms.add(Arguments.of(pooling, end, mode, inputSteps));
          }
        }
      }
    }
    return forms;
  }

  private static SpikingUnit unit(Pooling pooling, End end) {
    return TestMaps.livened(new SpikingUnit(UnitNames.conv("proj"), Conv2d.same3x3(4, 6, Bias.LEARNED),
        pooling, PLIF,
        end), 1);
  }

  private static INDArray input(int steps) {
    return TestMaps.spikes(1, 0.3, steps, 2, 5, 6, 4);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void theFusedUnitEqualsTheEquations(Pooling pooling, End end, Mode mode, int inputSteps) {
    new ReferenceCheck(mode, 3, 4e-5).check(unit(pooling, end), input(inputSteps), (ops, x) ->
        new ReferenceParts(ops).unit("proj_conv", "proj_bn", "proj_lif", x, 3, 1, pooling,
            end == End.SPIKES ? PLIF : null));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void theFusedUnitEqualsItsPartsOneAfterTheOther(Pooling pooling, End end, Mode mode, int inputSteps) {
    SpikingUnit fused = unit(pooling, end);
    for (Engine engine : Engines.all()) {
      List<INDArray> expected = run(fused.composed(), engine, mode, input(inputSteps));
      List<INDArray> actual = run(fused, engine, mode, input(inputSteps));
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        ReferenceCheck.assertClose(actual.get(i), expected.get(i), 1e-6, engine.kernels().name() + " " + i);
      }
    }
  }

  private static List<INDArray> run(Layer layer, Engine engine, Mode mode, INDArray x) {
    Map<String, Parameter> parameters = ReferenceCheck.parameters(layer);
    parameters.values().forEach(Parameter::clearGradient);
    List<INDArray> results = new ArrayList<>();
    try (Pass pass = Pass.of(mode, engine, 3)) {
      Output output = layer.forward(x, pass);
      results.add(output.value().dup());
      results.add(output.backward().apply(TestMaps.gaussian(5, output.value().shape())).dup());
      parameters.values().forEach(parameter -> results.add(parameter.gradient().dup()));
    }
    return results;
  }

  @ParameterizedTest
  @MethodSource("forms")
  void evaluationEqualsFrozenStatisticsAndKeepsNothing(Pooling pooling, End end, Mode mode, int inputSteps) {
    SpikingUnit unit = unit(pooling, end);
    try (Pass frozen = Pass.of(Mode.FROZEN_STATISTICS, Engines.BEST, 3);
        Pass evaluation = Pass.evaluation(Engines.BEST, 3)) {
      INDArray y = unit.forward(input(inputSteps), evaluation).value();
      assertThat(TestMaps.floats(y)).isEqualTo(TestMaps.floats(unit.forward(input(inputSteps), frozen)
          .value()));
      evaluation.release(y);
      assertThat(evaluation.heldBytes()).isZero();
    }
  }

  @Test
  void spikesAreExactlyZeroOrOne() {
    try (Pass pass = Pass.training(Engines.BEST, 3)) {
      assertThat(TestMaps.floats(unit(Pooling.MAX, End.SPIKES).forward(input(3), pass).value()))
          .containsOnly(0f, 1f);
    }
  }

  @Test
  void gradientsOfAWrongShapeAreRefused() {
    for (Pooling pooling : Pooling.values()) {
      for (End end : End.values()) {
        try (Pass pass = Pass.training(Engines.BEST, 3)) {
          Output output = unit(pooling, end).forward(TestMaps.spikes(1, 0.3, 3, 2, 8, 4, 4), pass);
          long[] turned = output.value().shape().clone();
          turned[2] = output.value().size(3);
          turned[3] = output.value().size(2);
          assertThatThrownBy(() -> output.backward().apply(TestMaps.gaussian(1, turned)))
              .hasMessageContaining("expected a gradient of shape").hasMessageContaining("proj");
        }
      }
    }
  }

  @Test
  void aNeuronInFrontMakesSpikesOfCurrents() {
    Layer branch = TestMaps.livened(PreActivated.of(Shortcut.PRE_ACTIVATION, PLIF,
        unit(Pooling.NONE, End.CURRENT)), 2);
    ReferenceCheck.training(3).withTolerance(4e-5).check(branch, TestMaps.gaussian(2, 3, 2, 4, 4, 4).addi(1),
        (ops, x) -> new ReferenceParts(ops).unit("proj_conv", "proj_bn", "proj_lif", ops.fire("pre_lif.", x,
        PLIF), 3,
            1, Pooling.NONE, null));
    Layer plain = unit(Pooling.NONE, End.SPIKES);
    assertThat(PreActivated.of(Shortcut.ACTIVATION_BEFORE_ADDITION, PLIF, plain)).isSameAs(plain);
  }

  @Test
  void namesAreTheReferences() {
    Layer units = Sequential.of(unit(Pooling.MAX, End.SPIKES), new SpikingUnit(UnitNames.numbered("proj", 2),
        Conv2d.same3x3(6, 2, Bias.NONE), Pooling.NONE, NeuronConfig.lif()));
    assertThat(ReferenceCheck.parameters(units).keySet()).containsExactly("0.proj_conv.weight",
        "0.proj_conv.bias",
        "0.proj_bn.weight", "0.proj_bn.bias", "0.proj_lif.w", "1.proj_conv2.weight", "1.proj_bn2.weight",
        "1.proj_bn2.bias");
  }
}
