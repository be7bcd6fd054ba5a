package io.qkformer.train.analysis;

/**
 * The arithmetic of one layer's matrix product, over all passes that an {@link OperationMonitor} saw.
 *
 * @param layer    its name
 * @param needs    what its input asks for
 * @param samples  over how many samples
 * @param inputs   how many values it read, T * B * H * W * C
 * @param nonzero  how many of them were not 0
 * @param dense    multiply-accumulates of dense arithmetic: each input times each of its weights, padding included
 * @param operations multiply-accumulates where it {@link Needs#MULTIPLICATIONS}, else accumulates
 */
public record LayerOperations(String layer, Needs needs, long samples, long inputs, long nonzero, long dense,
    long operations) {

  /** What the values of a layer's input ask for. */
  public enum Needs {
    /** Real numbers: each is multiplied with its weights. */
    MULTIPLICATIONS,
    /** Whole numbers, spikes and sums of them: n adds each of its weights n times; 0 adds nothing. */
    ADDITIONS
  }

  /** The share of inputs that were not 0. */
  public double rate() {
    return (double) nonzero / inputs;
  }

  /**
   * Synaptic operations as the literature on spiking transformers counts them: firing rate times dense operations, which
   * takes integers for spikes and counts the padding.
   */
  public double operationsByRate() {
    return rate() * dense;
  }
}
