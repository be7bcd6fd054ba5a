package io.qkformer.neuron;

import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.NeuronStep.ResetGradient;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A spiking neuron's equations (eq. 1-3). The defaults are the reference's: LIF, tau 2, threshold 1, hard reset to 0,
 * decayed input, detached reset, sigmoid surrogate of slope 4.
 *
 * @param model         LIF, IF, or PLIF
 * @param tau           membrane time constant in steps, above 1; PLIF: its start; IF: unused
 * @param threshold     firing threshold, above the reset potential
 * @param hardReset     potential after a spike; empty: soft reset, a spike subtracts the threshold
 * @param inputDecay    whether the input is divided by tau too
 * @param resetGradient whether the reset carries gradient
 * @param surrogate     stands for the derivative of the step
 */
public record NeuronConfig(Model model, double tau, double threshold, OptionalDouble hardReset, InputDecay inputDecay,
    ResetGradient resetGradient, Surrogate surrogate) {

  /** The membrane's dynamics. */
  public enum Model {
    /** Leaky integrate and fire. */
    LIF,
    /** Integrate and fire: no leak. */
    IF,
    /** Leaky integrate and fire with learnable tau: {@code 1 / tau = sigmoid(w)}. */
    PLIF
  }

  /** How the input enters the membrane potential. */
  public enum InputDecay {
    /** {@code H = V + (X - (V - Vreset)) / tau}. */
    DECAYED,
    /** {@code H = V - (V - Vreset) / tau + X}. */
    RAW
  }

  /** The reference's membrane time constant. */
  public static final double DEFAULT_TAU = 2;
  /** The reference's firing threshold. */
  public static final double DEFAULT_THRESHOLD = 1;

  /** Checks each value. */
  public NeuronConfig {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(hardReset, "hardReset");
    Objects.requireNonNull(inputDecay, "inputDecay");
    Objects.requireNonNull(resetGradient, "resetGradient");
    Objects.requireNonNull(surrogate, "surrogate");
    if (!(tau > 1 && tau < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("tau must be above 1 and finite, got " + tau);
    }
    double rest = hardReset.orElse(0);
    if (!(threshold > rest && threshold < Double.POSITIVE_INFINITY) || !Double.isFinite(rest)) {
      throw new IllegalArgumentException("threshold must be finite and above the reset potential " + rest + ", got "
          + threshold);
    }
  }

  /** The reference's neuron, with these dynamics. */
  public static NeuronConfig of(Model model) {
    return new NeuronConfig(model, DEFAULT_TAU, DEFAULT_THRESHOLD, OptionalDouble.of(0), InputDecay.DECAYED,
        ResetGradient.DETACHED, new SigmoidSurrogate());
  }

  /** The reference's LIF neuron. */
  public static NeuronConfig lif() {
    return of(Model.LIF);
  }

  /** The same with another tau. */
  public NeuronConfig withTau(double newTau) {
    return new NeuronConfig(model, newTau, threshold, hardReset, inputDecay, resetGradient, surrogate);
  }

  /** The same with another threshold. */
  public NeuronConfig withThreshold(double newThreshold) {
    return new NeuronConfig(model, tau, newThreshold, hardReset, inputDecay, resetGradient, surrogate);
  }

  /** The same with a hard reset to this potential. */
  public NeuronConfig withHardReset(double potential) {
    return new NeuronConfig(model, tau, threshold, OptionalDouble.of(potential), inputDecay, resetGradient, surrogate);
  }

  /** The same with a soft reset. */
  public NeuronConfig withSoftReset() {
    return new NeuronConfig(model, tau, threshold, OptionalDouble.empty(), inputDecay, resetGradient, surrogate);
  }

  /** The same with another way in for the input. */
  public NeuronConfig withInputDecay(InputDecay decay) {
    return new NeuronConfig(model, tau, threshold, hardReset, decay, resetGradient, surrogate);
  }

  /** The same with another gradient of the reset. */
  public NeuronConfig withResetGradient(ResetGradient gradient) {
    return new NeuronConfig(model, tau, threshold, hardReset, inputDecay, gradient, surrogate);
  }

  /** The same with another surrogate. */
  public NeuronConfig withSurrogate(Surrogate newSurrogate) {
    return new NeuronConfig(model, tau, threshold, hardReset, inputDecay, resetGradient, newSurrogate);
  }

  /** The constants of a step at this rate, 1 / tau. */
  NeuronStep step(float rate) {
    NeuronStep.Charge charge = model == Model.IF ? NeuronStep.Charge.INTEGRATE
        : inputDecay == InputDecay.DECAYED ? NeuronStep.Charge.DECAYED_INPUT : NeuronStep.Charge.RAW_INPUT;
    return new NeuronStep(charge, model == Model.IF ? 1f : rate, (float) threshold, (float) hardReset.orElse(0),
        hardReset.isPresent() ? NeuronStep.Reset.HARD : NeuronStep.Reset.SOFT, resetGradient);
  }
}
