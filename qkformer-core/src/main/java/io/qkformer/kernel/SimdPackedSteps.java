package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * All steps of a word of neurons at inference, whose membrane potentials stay in registers: LIF and PLIF with decayed
 * input and hard reset to 0, the models' default, with vectors of 16 floats.
 *
 * <p>Masks, though JDK 17 makes each into a vector and back for each of its uses: signs of differences, as in {@link
 * SimdNeuronSteps}, take as long and so many operations that the compiler puts some vectors on the heap.
 */
final class SimdPackedSteps {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> W = F.vectorShape().withLanes(long.class);
  private static final int L = F.length();
  private static final int HALF = Integer.SIZE;
  private static final long LOW_HALF = 0xffffffffL;

  // from an array, because vectors computed outside of a loop may be allocated
  private static final float[] REST = new float[L];

  private SimdPackedSteps() {}

  /** {@link Kernels#firePackedSteps} for the first of the neurons; returns how many, a multiple of 64 unless all. */
  static int fire(NeuronStep step, float[] x, int xOffset, int xStep, int steps, int n, long[] words, int wordAt, int wordStep) {
    if (L != Panels.UNIT || step.charge() != NeuronStep.Charge.DECAYED_INPUT || step.reset() != NeuronStep.Reset.HARD
        || Float.floatToRawIntBits(step.resetTo()) != 0) {
      return 0;
    }
    int whole = n / Long.SIZE * Long.SIZE;
    for (int j = 0; j < whole; j += Long.SIZE) {
      fireWord(step.rate(), step.threshold(), x, xOffset + j, xStep, steps, words, wordAt + j / Long.SIZE, wordStep, -1L);
    }
    int at = xOffset + whole;
    int word = wordAt + whole / Long.SIZE;
    if (n - whole == HALF) {
      fireHalf(step.rate(), step.threshold(), x, at, xStep, steps, words, word, wordStep);
    } else if (n > whole && at + (steps - 1) * xStep + Long.SIZE <= x.length) {
      fireWord(step.rate(), step.threshold(), x, at, xStep, steps, words, word, wordStep, -1L >>> whole - n);
    } else {
      return whole;
    }
    return n;
  }

  /**
   * 64 neurons. The halves of their spikes meet in the halves of 64 bits, so that one reduction makes the word.
   *
   * @param wanted the neurons that there are: behind them lies anything
   */
  private static void fireWord(float rate, float threshold, float[] x, int at, int xStep, int steps, long[] words, int word,
      int wordStep, long wanted) {
    FloatVector zero = FloatVector.fromArray(F, REST, 0);
    FloatVector lower = FloatVector.fromArray(F, SimdPackedNeuron.LOWER, 0);
    FloatVector upper = FloatVector.fromArray(F, SimdPackedNeuron.UPPER, 0);
    LongVector lowHalf = LongVector.broadcast(W, LOW_HALF);
    LongVector highHalf = LongVector.broadcast(W, ~LOW_HALF);
    FloatVector bound = FloatVector.broadcast(F, threshold);
    FloatVector decay = FloatVector.broadcast(F, rate);
    FloatVector v0 = zero;
    FloatVector v1 = zero;
    FloatVector v2 = zero;
    FloatVector v3 = zero;
    for (int t = 0; t < steps; t++) {
      FloatVector h0 = FloatVector.fromArray(F, x, at).sub(v0).mul(decay).add(v0);
      FloatVector h1 = FloatVector.fromArray(F, x, at + L).sub(v1).mul(decay).add(v1);
      FloatVector h2 = FloatVector.fromArray(F, x, at + 2 * L).sub(v2).mul(decay).add(v2);
      FloatVector h3 = FloatVector.fromArray(F, x, at + 3 * L).sub(v3).mul(decay).add(v3);
      VectorMask<Float> fires0 = h0.compare(GE, bound);
      VectorMask<Float> fires1 = h1.compare(GE, bound);
      VectorMask<Float> fires2 = h2.compare(GE, bound);
      VectorMask<Float> fires3 = h3.compare(GE, bound);
      v0 = h0.blend(zero, fires0);
      v1 = h1.blend(zero, fires1);
      v2 = h2.blend(zero, fires2);
      v3 = h3.blend(zero, fires3);
      LongVector low = zero.blend(lower, fires0).reinterpretAsLongs().or(zero.blend(upper, fires1).reinterpretAsLongs());
      LongVector high = zero.blend(lower, fires2).reinterpretAsLongs().or(zero.blend(upper, fires3).reinterpretAsLongs());
      low = low.or(low.lanewise(LSHR, HALF)).and(lowHalf);
      high = high.or(high.lanewise(LSHL, HALF)).and(highHalf);
      words[word] = low.or(high).reduceLanes(OR) & wanted;
      at += xStep;
      word += wordStep;
    }
  }

  /** 32 neurons, the last of some. */
  private static void fireHalf(float rate, float threshold, float[] x, int at, int xStep, int steps, long[] words, int word,
      int wordStep) {
    FloatVector zero = FloatVector.fromArray(F, REST, 0);
    FloatVector lower = FloatVector.fromArray(F, SimdPackedNeuron.LOWER, 0);
    FloatVector upper = FloatVector.fromArray(F, SimdPackedNeuron.UPPER, 0);
    LongVector lowHalf = LongVector.broadcast(W, LOW_HALF);
    FloatVector bound = FloatVector.broadcast(F, threshold);
    FloatVector decay = FloatVector.broadcast(F, rate);
    FloatVector v0 = zero;
    FloatVector v1 = zero;
    for (int t = 0; t < steps; t++) {
      FloatVector h0 = FloatVector.fromArray(F, x, at).sub(v0).mul(decay).add(v0);
      FloatVector h1 = FloatVector.fromArray(F, x, at + L).sub(v1).mul(decay).add(v1);
      VectorMask<Float> fires0 = h0.compare(GE, bound);
      VectorMask<Float> fires1 = h1.compare(GE, bound);
      v0 = h0.blend(zero, fires0);
      v1 = h1.blend(zero, fires1);
      LongVector low = zero.blend(lower, fires0).reinterpretAsLongs().or(zero.blend(upper, fires1).reinterpretAsLongs());
      words[word] = low.or(low.lanewise(LSHR, HALF)).and(lowHalf).reduceLanes(OR);
      at += xStep;
      word += wordStep;
    }
  }
}
