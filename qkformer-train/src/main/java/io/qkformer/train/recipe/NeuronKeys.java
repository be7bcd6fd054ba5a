package io.qkformer.train.recipe;

import io.qkformer.kernel.NeuronStep.ResetGradient;
import io.qkformer.neuron.AtanSurrogate;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.NeuronConfig.InputDecay;
import io.qkformer.neuron.RectangularSurrogate;
import io.qkformer.neuron.SigmoidSurrogate;
import io.qkformer.neuron.Surrogate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The keys of neurons, under SpikingJelly's names. */
final class NeuronKeys {

  private enum Kind { SIGMOID, ATAN, RECTANGULAR }

  static final Key<NeuronConfig.Model> NEURON = Key.of("neuron", Types.constant(NeuronConfig.Model.class));
  static final Key<Double> TAU = Key.of("tau", Types.above(1));
  static final Key<Double> V_THRESHOLD = Key.of("v_threshold", Types.number("", value -> true));
  static final Key<Optional<Double>> V_RESET = Key.of("v_reset", Types.orNone(Types.number("", value -> true)));
  static final Key<Boolean> DECAY_INPUT = Key.of("decay_input", Types.flag());
  static final Key<Boolean> DETACH_RESET = Key.of("detach_reset", Types.flag());
  static final Key<Kind> SURROGATE = Key.of("surrogate", Types.constant(Kind.class));
  static final Key<Double> SURROGATE_ALPHA = Key.of("surrogate_alpha", Types.above(0), "surrogate_width");

  static final List<Key<?>> KEYS =
      List.of(NEURON, TAU, V_THRESHOLD, V_RESET, DECAY_INPUT, DETACH_RESET, SURROGATE, SURROGATE_ALPHA);

  private NeuronKeys() {
  }

  static NeuronConfig read(Values values) {
    NeuronConfig base = NeuronConfig.of(values.get(NEURON, NeuronConfig.Model.LIF));
    Optional<Double> reset = values.get(V_RESET, base.hardReset().stream().boxed().findFirst());
    return values.build(() -> new NeuronConfig(base.model(), values.get(TAU, base.tau()),
        values.get(V_THRESHOLD, base.threshold()), reset.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        values.get(DECAY_INPUT, true) ? InputDecay.DECAYED : InputDecay.RAW,
        values.get(DETACH_RESET, true) ? ResetGradient.DETACHED : ResetGradient.FULL, surrogate(values)),
        V_THRESHOLD, V_RESET);
  }

  private static Surrogate surrogate(Values values) {
    Optional<Double> alpha = values.find(SURROGATE_ALPHA);
    return switch (values.get(SURROGATE, Kind.SIGMOID)) {
      case SIGMOID -> alpha.map(SigmoidSurrogate::new).orElseGet(SigmoidSurrogate::new);
      case ATAN -> alpha.map(AtanSurrogate::new).orElseGet(AtanSurrogate::new);
      case RECTANGULAR -> alpha.map(RectangularSurrogate::new).orElseGet(RectangularSurrogate::new);
    };
  }

  /**
   * Writes a neuron.
   *
   * @throws IllegalArgumentException when its surrogate is none of those that a recipe can name
   */
  static void write(NeuronConfig neuron, Lines lines) {
    lines.comment("Neurons");
    lines.put(NEURON, neuron.model());
    lines.put(TAU, neuron.tau());
    lines.put(V_THRESHOLD, neuron.threshold());
    lines.put(V_RESET, neuron.hardReset().stream().boxed().findFirst());
    lines.put(DECAY_INPUT, neuron.inputDecay() == InputDecay.DECAYED);
    lines.put(DETACH_RESET, neuron.resetGradient() == ResetGradient.DETACHED);
    if (neuron.surrogate() instanceof SigmoidSurrogate sigmoid) {
      write(Kind.SIGMOID, sigmoid.alpha(), lines);
    } else if (neuron.surrogate() instanceof AtanSurrogate atan) {
      write(Kind.ATAN, atan.alpha(), lines);
    } else if (neuron.surrogate() instanceof RectangularSurrogate rectangular) {
      write(Kind.RECTANGULAR, rectangular.width(), lines);
    } else {
      throw new IllegalArgumentException("a recipe can name a sigmoid, atan or rectangular surrogate, got "
          + neuron.surrogate());
    }
  }

  private static void write(Kind kind, double alpha, Lines lines) {
    lines.put(SURROGATE, kind);
    lines.put(SURROGATE_ALPHA, alpha);
  }
}
