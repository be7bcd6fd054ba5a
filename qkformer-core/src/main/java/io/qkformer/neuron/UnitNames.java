package io.qkformer.neuron;

/**
 * The names of a unit's parts in the reference's state_dict.
 *
 * @param synapse name of the convolution or linear layer
 * @param norm    name of the batch norm
 * @param neuron  name of the neuron
 */
public record UnitNames(String synapse, String norm, String neuron) {

  /** {@code q_conv, q_bn, q_lif}. */
  public static UnitNames conv(String stem) {
    return new UnitNames(stem + "_conv", stem + "_bn", stem + "_lif");
  }

  /** Spikformer's {@code q_linear, q_bn, q_lif}. */
  public static UnitNames linear(String stem) {
    return new UnitNames(stem + "_linear", stem + "_bn", stem + "_lif");
  }

  /** Spikformer's {@code proj_conv1, proj_bn1, proj_lif1}. */
  public static UnitNames numbered(String stem, int number) {
    return new UnitNames(stem + "_conv" + number, stem + "_bn" + number, stem + "_lif" + number);
  }
}
