package io.qkformer.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.attention.AttentionKind;
import io.qkformer.inference.Activation;
import io.qkformer.inference.Activation.Shape;
import io.qkformer.inference.FloatMap;
import io.qkformer.inference.InferencePass;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Buffer;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.SpikingUnit;
import io.qkformer.neuron.UnitNames;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folding changes the rounding of a current, so a potential that lies within rounding of its threshold may flip. How
 * many do, unit by unit of a model with its own weights, each unit given one input both ways.
 */
class FlipRateTest {

  private static final Logger LOG = LoggerFactory.getLogger(FlipRateTest.class);
  private static final int STEPS = 4;
  private static final String RUNNING_MEAN = ".running_mean";
  private static final double MOST = 1e-5;

  private record Flips(long flipped, long neurons) {

    double rate() {
      return (double) flipped / neurons;
    }

    Flips plus(Flips other) {
      return new Flips(flipped + other.flipped, neurons + other.neurons);
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void fewSpikesFlipInAnyUnit(Form form) {
    for (Engine engine : Engines.all()) {
      assertFew(form.toString(), SmallModels.model(SmallModels.config(form, AttentionKind.SSA)), 16, engine);
    }
  }

  @Test
  void fewSpikesFlipAtThePapersWidth() {
    Preset preset = Preset.HST_4_384_CIFAR10;
    assertFew(preset.id(), SmallModels.model(preset.config()), 8, Engines.BEST);
  }

  /** Each unit of the model, given maps of this height and width. */
  private static void assertFew(String model, QKFormer network, int size, Engine engine) {
    Map<String, INDArray> state = state(network);
    List<String> norms = state.keySet().stream().filter(name -> name.endsWith(RUNNING_MEAN))
        .map(name -> name.substring(0, name.length() - RUNNING_MEAN.length())).sorted().toList();
    assertThat(norms).hasSizeGreaterThan(8);
    Flips all = new Flips(0, 0);
    StringJoiner units = new StringJoiner(", ", ": ", "");
    units.setEmptyValue("");
    for (String norm : norms) {
      Flips flips = flips(norm, state, size, engine);
      all = all.plus(flips);
      if (flips.flipped() > 0) {
        units.add(String.format(Locale.ROOT, "%s %.1e", norm, flips.rate()));
      }
      assertThat(flips.flipped()).as(norm).isLessThanOrEqualTo(1 + (long) (MOST * flips.neurons()));
    }
    LOG.info("{}, {}: folding flips {} of {} spikes of {} units{}", model, engine.kernels().name(), all.flipped(),
        all.neurons(), norms.size(), units);
  }

  private static Flips flips(String norm, Map<String, INDArray> state, int size, Engine engine) {
    SpikingUnit unit = unit(norm, state);
    int in = unit.synapse().inChannels();
    INDArray x = in <= 3 ? TestMaps.gaussian(1, 1, 2, size, size, in)
        : TestMaps.counts(2, 0.2, 3, STEPS, 2, size, size, in);
    float[] expected;
    try (Pass pass = Pass.evaluation(engine, STEPS)) {
      expected = TestMaps.floats(unit.forward(x, pass).value());
    }
    Activation actual = unit.forInference().forward(new FloatMap(Floats.of(x),
        new Shape((int) x.size(0), 2, size, size, in)), new InferencePass(engine, STEPS));
    float[] values = new float[expected.length];
    actual.read(0, values, 0, values.length);
    long flipped = 0;
    long fired = 0;
    for (int i = 0; i < values.length; i++) {
      flipped += values[i] == expected[i] ? 0 : 1;
      fired += (long) expected[i];
    }
    assertThat((double) fired / values.length).as("firing rate of %s", norm).isBetween(0.001, 0.999);
    return new Flips(flipped, values.length);
  }

  /** A unit with the weights that the model has under these names. */
  private static SpikingUnit unit(String norm, Map<String, INDArray> state) {
    String synapse = List.of("_conv", "_linear").stream().map(kind -> norm.replace("_bn", kind))
        .filter(name -> state.containsKey(name + ".weight")).findFirst().orElseThrow();
    INDArray weight = state.get(synapse + ".weight");
    Conv2d.Bias bias = state.containsKey(synapse + ".bias") ? Conv2d.Bias.LEARNED : Conv2d.Bias.NONE;
    int kernel = (int) weight.size(0);
    Conv2d conv = Conv2d.of((int) weight.size(2), (int) weight.size(3), kernel, 1, kernel / 2, bias);
    SpikingUnit unit = new SpikingUnit(new UnitNames(synapse, norm, "lif"), conv,
        kernel == 3 ? SpikingUnit.Pooling.MAX : SpikingUnit.Pooling.NONE, NeuronConfig.lif());
    unit.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        parameter.value().assign(state.get(name));
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        buffer.value().assign(state.get(name));
      }
    });
    return unit;
  }

  private static Map<String, INDArray> state(QKFormer model) {
    Map<String, INDArray> state = new HashMap<>();
    model.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        state.put(name, parameter.value());
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        state.put(name, buffer.value());
      }
    });
    return state;
  }
}
