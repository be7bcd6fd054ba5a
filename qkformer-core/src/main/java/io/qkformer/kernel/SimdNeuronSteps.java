package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.OR;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * All steps of two vectors of neurons at a time, from native memory on, whose membrane potentials stay in registers: LIF
 * and PLIF with decayed input and hard reset to 0, the models' default. Offsets and steps of buffers count bytes.
 *
 * <p>A comparison is the sign of a difference of floats, spread over all bits: a mask of JDK 17 is made into a vector and
 * back for each of its uses. Not-a-number has either sign; an addition of ints tells it from the rest, and it never fires.
 */
final class SimdNeuronSteps {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
  private static final int L = F.length();
  /** Of a vector. */
  private static final int BYTES = L * Float.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  /** Neurons that are computed together: with twice as many the methods are at the end of what the compiler inlines. */
  private static final int PAIR = 2 * L;
  private static final int SIGN = 31;

  // from arrays, because vectors computed outside of a loop may be allocated
  private static final float[] REST = new float[L];
  private static final int[] ONE = ints(Float.floatToRawIntBits(1f));
  private static final int[] INFINITY = ints(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));
  /** The least int of a negative not-a-number. */
  private static final int[] NOT_A_NUMBER = ints(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY) + 1);
  /** A lane's place among the bits of two vectors. */
  private static final int[] LOWER = places(0);
  private static final int[] UPPER = places(L);

  private SimdNeuronSteps() {}

  private static int[] ints(int value) {
    int[] lanes = new int[L];
    Arrays.fill(lanes, value);
    return lanes;
  }

  private static int[] places(int shift) {
    int[] bits = new int[L];
    for (int lane = 0; lane < L; lane++) {
      bits[lane] = 1 << lane + shift;
    }
    return bits;
  }

  private static boolean knows(NeuronStep step, ChannelNorm norm) {
    return step.charge() == NeuronStep.Charge.DECAYED_INPUT && step.reset() == NeuronStep.Reset.HARD
        && Float.floatToRawIntBits(step.resetTo()) == 0 && norm.channels() % L == 0;
  }

  /** {@link MapKernels#fire}. */
  static boolean fire(NeuronStep step, ChannelNorm norm, ByteBuffer x, int xOffset, int xStep, int steps, int n,
      long[] words, int wordOffset, int wordStep, ByteBuffer s, int sOffset, int sStep) {
    if (!knows(step, norm) || PAIR > Integer.SIZE || n % Long.SIZE != 0) {
      return false;
    }
    for (int t = 0; t < steps; t++) {
      Arrays.fill(words, wordOffset + t * wordStep, wordOffset + t * wordStep + n / Long.SIZE, 0L);
    }
    int channels = norm.channels();
    for (int j = 0, c0 = 0; j < n; j += PAIR) {
      int c1 = next(c0, channels);
      firePair(step.rate(), Math.nextDown(step.threshold()), norm.centre(), norm.scale(), norm.shift(), c0, c1, x,
          xOffset + j * Float.BYTES, xStep, steps, words, wordOffset + j / Long.SIZE, wordStep, j, s,
          sOffset + j * Float.BYTES, sStep);
      c0 = next(c1, channels);
    }
    return true;
  }

  private static int next(int channel, int channels) {
    return channel + L == channels ? 0 : channel + L;
  }

  /**
   * @param below the greatest potential that does not fire
   * @param place of the first neuron's bit in its word, modulo 64
   */
  private static void firePair(float rate, float below, float[] centre, float[] scale, float[] shift, int c0, int c1,
      ByteBuffer x, int at, int xStep, int steps, long[] words, int word, int wordStep, int place, ByteBuffer s, int to,
      int sStep) {
    IntVector lower = IntVector.fromArray(I, LOWER, 0);
    IntVector upper = IntVector.fromArray(I, UPPER, 0);
    IntVector one = IntVector.fromArray(I, ONE, 0);
    IntVector nan = IntVector.fromArray(I, NOT_A_NUMBER, 0);
    FloatVector bound = FloatVector.broadcast(F, below);
    FloatVector decay = FloatVector.broadcast(F, rate);
    FloatVector v0 = FloatVector.fromArray(F, REST, 0);
    FloatVector v1 = v0;
    for (int t = 0; t < steps; t++) {
      FloatVector h0 = FloatVector.fromByteBuffer(F, x, at, ORDER)
          .sub(FloatVector.fromArray(F, centre, c0)).mul(FloatVector.fromArray(F, scale, c0)).add(FloatVector.fromArray(F, shift, c0))
          .sub(v0).mul(decay).add(v0);
      FloatVector h1 = FloatVector.fromByteBuffer(F, x, at + BYTES, ORDER)
          .sub(FloatVector.fromArray(F, centre, c1)).mul(FloatVector.fromArray(F, scale, c1)).add(FloatVector.fromArray(F, shift, c1))
          .sub(v1).mul(decay).add(v1);
      IntVector f0 = bound.sub(h0).reinterpretAsInts();
      IntVector f1 = bound.sub(h1).reinterpretAsInts();
      f0 = f0.sub(nan).and(f0).lanewise(ASHR, SIGN);
      f1 = f1.sub(nan).and(f1).lanewise(ASHR, SIGN);
      f0.and(one).intoByteBuffer(s, to, ORDER);
      f1.and(one).intoByteBuffer(s, to + BYTES, ORDER);
      IntVector u0 = h0.reinterpretAsInts();
      IntVector u1 = h1.reinterpretAsInts();
      v0 = u0.sub(u0.and(f0)).reinterpretAsFloats();
      v1 = u1.sub(u1.and(f1)).reinterpretAsFloats();
      words[word] |= (f0.and(lower).or(f1.and(upper)).reduceLanes(OR) & 0xffffffffL) << place;
      at += xStep;
      to += sStep;
      word += wordStep;
    }
  }

  /** {@link MapKernels#potentials}. */
  static boolean potentials(NeuronStep step, ChannelNorm norm, ByteBuffer x, int xOffset, int xStep, int steps, int n,
      float[] current, float[] h, int hOffset, int hStep) {
    if (!knows(step, norm) || n % PAIR != 0) {
      return false;
    }
    int channels = norm.channels();
    for (int j = 0, c0 = 0; j < n; j += PAIR) {
      int c1 = next(c0, channels);
      charge(step.rate(), step.threshold(), norm.centre(), norm.scale(), norm.shift(), c0, c1, x,
          xOffset + j * Float.BYTES, xStep, steps, current, h, hOffset + j, hStep);
      c0 = next(c1, channels);
    }
    return true;
  }

  private static void charge(float rate, float threshold, float[] centre, float[] scale, float[] shift, int c0, int c1,
      ByteBuffer x, int at, int xStep, int steps, float[] current, float[] h, int to, int hStep) {
    IntVector infinity = IntVector.fromArray(I, INFINITY, 0);
    FloatVector v0 = FloatVector.fromArray(F, REST, 0);
    FloatVector v1 = v0;
    for (int t = 0; t < steps; t++) {
      FloatVector x0 = FloatVector.fromByteBuffer(F, x, at, ORDER);
      FloatVector x1 = FloatVector.fromByteBuffer(F, x, at + BYTES, ORDER);
      x0.intoArray(current, to);
      x1.intoArray(current, to + L);
      FloatVector h0 = x0.sub(FloatVector.fromArray(F, centre, c0)).mul(FloatVector.fromArray(F, scale, c0))
          .add(FloatVector.fromArray(F, shift, c0)).sub(v0).mul(rate).add(v0);
      FloatVector h1 = x1.sub(FloatVector.fromArray(F, centre, c1)).mul(FloatVector.fromArray(F, scale, c1))
          .add(FloatVector.fromArray(F, shift, c1)).sub(v1).mul(rate).add(v1);
      h0.intoArray(h, to);
      h1.intoArray(h, to + L);
      IntVector u0 = h0.sub(threshold).reinterpretAsInts();
      IntVector u1 = h1.sub(threshold).reinterpretAsInts();
      // what is negative or not a number does not fire
      v0 = infinity.sub(u0).or(u0).lanewise(ASHR, SIGN).and(h0.reinterpretAsInts()).reinterpretAsFloats();
      v1 = infinity.sub(u1).or(u1).lanewise(ASHR, SIGN).and(h1.reinterpretAsInts()).reinterpretAsFloats();
      at += xStep;
      to += hStep;
    }
  }
}
