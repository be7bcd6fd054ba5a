package io.qkformer.kernel;

/** The neuron's step at inference one neuron at a time: the slow twin of {@link SimdPackedNeuron}, and its rest. */
final class PackedNeuron {

  private PackedNeuron() {}

  /** Fires the neurons [from, to), whose bits are 0 before. */
  static void fire(NeuronStep step, float[] x, int xOffset, float[] v, int vOffset, int from, int to, long[] words,
      int wordAt) {
    float rate = step.rate();
    float rest = step.resetTo();
    for (int j = from; j < to; j++) {
      float before = v[vOffset + j];
      float input = x[xOffset + j];
      float h = switch (step.charge()) {
        case DECAYED_INPUT -> before + (input - (before - rest)) * rate;
        case RAW_INPUT -> before - (before - rest) * rate + input;
        case INTEGRATE -> before + input;
      };
      if (h >= step.threshold()) {
        words[wordAt + (j >>> 6)] |= 1L << j;
        h = step.reset() == NeuronStep.Reset.HARD ? rest : h - step.threshold();
      }
      v[vOffset + j] = h;
    }
  }
}
