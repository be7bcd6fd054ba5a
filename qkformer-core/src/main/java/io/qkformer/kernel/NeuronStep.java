package io.qkformer.kernel;

/**
 * The constants of one neuron step, resolved from the neuron's configuration.
 *
 * @param charge       how the membrane potential takes up its input
 * @param rate         1 / tau, in (0, 1]; 1 for {@link Charge#INTEGRATE}
 * @param threshold    firing threshold
 * @param resetTo      potential after a spike ({@link Reset#HARD}) and at rest
 * @param reset        how a spike resets the membrane potential
 * @param resetGradient whether the reset carries gradient
 */
public record NeuronStep(Charge charge, float rate, float threshold, float resetTo, Reset reset,
    ResetGradient resetGradient) {

  /** How the membrane potential H[t] comes from V[t-1] and X[t]. */
  public enum Charge {
    /** {@code H = V + rate * (X - (V - resetTo))}: LIF, PLIF with decayed input (eq. 1). */
    DECAYED_INPUT,
    /** {@code H = V - rate * (V - resetTo) + X}: LIF, PLIF with the raw input. */
    RAW_INPUT,
    /** {@code H = V + X}: IF. */
    INTEGRATE
  }

  /** What a spike does to the membrane potential. */
  public enum Reset {
    /** {@code V = (1 - S) H + S resetTo} (eq. 3). */
    HARD,
    /** {@code V = H - S threshold}. */
    SOFT
  }

  /** Whether the spike in the reset term is differentiated. */
  public enum ResetGradient {
    /** The spike in the reset is a constant (SpikingJelly's {@code detach_reset=True}). */
    DETACHED,
    /** The spike in the reset has its surrogate gradient. */
    FULL
  }

  /** dX-gain: the factor from gH[t] to gX[t]. */
  public float inputGain() {
    return charge == Charge.DECAYED_INPUT ? rate : 1f;
  }

  /** The factor from V[t-1] to H[t]. */
  public float leak() {
    return charge == Charge.INTEGRATE ? 1f : 1f - rate;
  }
}
