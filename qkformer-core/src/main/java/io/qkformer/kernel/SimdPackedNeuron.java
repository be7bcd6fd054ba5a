package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.OR;

import java.util.Arrays;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The neuron's step at inference, where nobody reads the membrane potential before the reset: spikes leave as bits.
 * One loop for every kind of charge and reset, as in {@link SimdNeuron}.
 */
final class SimdPackedNeuron {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  private static final int PAIR = 2 * L;

  /** Floats whose bits are a lane's place in the lower or the upper half of the spikes of two vectors. */
  static final float[] LOWER = placed(0);
  static final float[] UPPER = placed(L);

  private SimdPackedNeuron() {}

  private static float[] placed(int shift) {
    float[] bits = new float[L];
    IntStream.range(0, L).forEach(lane -> bits[lane] = Float.intBitsToFloat(1 << lane + shift));
    return bits;
  }

  static void firePacked(NeuronStep step, float[] x, int xOffset, float[] v, int vOffset, int n, long[] words,
      int wordAt) {
    float beforeInput = step.charge() == NeuronStep.Charge.RAW_INPUT ? step.rate() : 0f;
    float withInput = step.charge() == NeuronStep.Charge.DECAYED_INPUT ? 1f : 0f;
    boolean hard = step.reset() == NeuronStep.Reset.HARD;
    Arrays.fill(words, wordAt, wordAt + (n + Long.SIZE - 1) / Long.SIZE, 0L);
    // two vectors of 16 lanes make 32 bits; narrower ones fill less than an int
    int paired = PAIR <= Integer.SIZE ? n / PAIR * PAIR : 0;
    if (hard && step.charge() == NeuronStep.Charge.DECAYED_INPUT) {
      fireDefault(step.rate(), step.threshold(), step.resetTo(), x, xOffset, v, vOffset, paired, words, wordAt);
    } else {
      firePairs(beforeInput, withInput, step.inputGain(), step.threshold(), step.resetTo(), hard ? 0f : 1f, x, xOffset,
          v, vOffset, paired, words, wordAt);
    }
    PackedNeuron.fire(step, x, xOffset, v, vOffset, paired, n, words, wordAt);
  }

  /** LIF with decayed input and hard reset, the models' default, without the factors of 0 and 1. */
  private static void fireDefault(float rate, float threshold, float rest, float[] x, int xOffset, float[] v, int vOffset,
      int n, long[] words, int wordAt) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector lower = FloatVector.fromArray(F, LOWER, 0);
    FloatVector upper = FloatVector.fromArray(F, UPPER, 0);
    for (int j = 0; j < n; j += PAIR) {
      FloatVector v0 = FloatVector.fromArray(F, v, vOffset + j);
      FloatVector h0 = FloatVector.fromArray(F, x, xOffset + j).sub(v0.sub(rest)).mul(rate).add(v0);
      VectorMask<Float> fires0 = h0.compare(GE, threshold);
      h0.blend(rest, fires0).intoArray(v, vOffset + j);
      FloatVector v1 = FloatVector.fromArray(F, v, vOffset + j + L);
      FloatVector h1 = FloatVector.fromArray(F, x, xOffset + j + L).sub(v1.sub(rest)).mul(rate).add(v1);
      VectorMask<Float> fires1 = h1.compare(GE, threshold);
      h1.blend(rest, fires1).intoArray(v, vOffset + j + L);
      int bits = zero.blend(lower, fires0).reinterpretAsInts().or(zero.blend(upper, fires1).reinterpretAsInts())
          .reduceLanes(OR);
      words[wordAt + (j >>> 6)] |= (bits & 0xffffffffL) << j;
    }
  }

  /**
   * The same for every kind: factors of exactly 0 and 1 choose it.
   *
   * @param kept 1 for the soft reset, to {@code h - threshold}; 0 for the hard one, to {@code rest}
   */
  private static void firePairs(float beforeInput, float withInput, float gain, float threshold, float rest, float kept,
      float[] x, int xOffset, float[] v, int vOffset, int n, long[] words, int wordAt) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector lower = FloatVector.fromArray(F, LOWER, 0);
    FloatVector upper = FloatVector.fromArray(F, UPPER, 0);
    float target = rest * (1f - kept);
    for (int j = 0; j < n; j += PAIR) {
      FloatVector v0 = FloatVector.fromArray(F, v, vOffset + j);
      FloatVector gap0 = v0.sub(rest);
      FloatVector h0 = v0.sub(gap0.mul(beforeInput))
          .add(FloatVector.fromArray(F, x, xOffset + j).sub(gap0.mul(withInput)).mul(gain));
      VectorMask<Float> fires0 = h0.compare(GE, threshold);
      h0.blend(h0.sub(threshold).mul(kept).add(target), fires0).intoArray(v, vOffset + j);
      FloatVector v1 = FloatVector.fromArray(F, v, vOffset + j + L);
      FloatVector gap1 = v1.sub(rest);
      FloatVector h1 = v1.sub(gap1.mul(beforeInput))
          .add(FloatVector.fromArray(F, x, xOffset + j + L).sub(gap1.mul(withInput)).mul(gain));
      VectorMask<Float> fires1 = h1.compare(GE, threshold);
      h1.blend(h1.sub(threshold).mul(kept).add(target), fires1).intoArray(v, vOffset + j + L);
      int bits = zero.blend(lower, fires0).reinterpretAsInts().or(zero.blend(upper, fires1).reinterpretAsInts())
          .reduceLanes(OR);
      words[wordAt + (j >>> 6)] |= (bits & 0xffffffffL) << j;
    }
  }
}
