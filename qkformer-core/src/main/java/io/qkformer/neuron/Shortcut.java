package io.qkformer.neuron;

/** How a residual connection adds. */
public enum Shortcut {
  /** Spikes are added to spikes: the stream holds small integers (eq. 16; the reference). */
  ACTIVATION_BEFORE_ADDITION,
  /** Currents are added to currents, and a branch starts with a neuron: the stream holds currents (eq. 17). */
  PRE_ACTIVATION;

  /** What a branch's last unit ends with. */
  public SpikingUnit.End branchEnd() {
    return this == PRE_ACTIVATION ? SpikingUnit.End.CURRENT : SpikingUnit.End.SPIKES;
  }
}
