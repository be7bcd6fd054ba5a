package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The neuron's backward pass with the sigmoid surrogate, for hard and detached resets, the models' default: the
 * arithmetic of {@link SimdNeuron#sigmoidDerivative} and {@link SimdNeuron#fireBackward} without what a factor of 0
 * takes away there. Comparisons are signs, as in {@link SimdNeuronSteps}.
 */
final class SimdNeuronBackward {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
  private static final int L = F.length();
  private static final int SIGN = 31;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int[] ONE = ints(Float.floatToRawIntBits(1f));
  private static final int[] SIGN_BIT = ints(Integer.MIN_VALUE);
  private static final int[] INFINITY = ints(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));

  /** What is read where nothing is to be fetched. */
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(Float.BYTES);

  private SimdNeuronBackward() {}

  private static int[] ints(int value) {
    int[] lanes = new int[L];
    Arrays.fill(lanes, value);
    return lanes;
  }

  private static boolean knows(NeuronStep step) {
    return step.reset() == NeuronStep.Reset.HARD && step.resetGradient() == NeuronStep.ResetGradient.DETACHED;
  }

  /** Goes back through all steps of whole vectors of neurons and returns how many neurons these were. */
  static int backward(NeuronStep step, float alpha, float[] h, int hOffset, int hStep, int steps, int n, float[] memory,
      float[] g, int gOffset, int gStep) {
    if (!knows(step)) {
      return 0;
    }
    int full = n - n % L;
    int derivatives = Scratch.ALIGNED + n;
    Arrays.fill(memory, Scratch.ALIGNED, Scratch.ALIGNED + full, 0f);
    for (int t = steps - 1; t >= 0; t--) {
      derive(-alpha * SimdNeuron.LOG2_E, alpha, step.threshold(), h, hOffset + t * hStep, memory, derivatives, full, NOTHING,
          NOTHING, 0, 0, 1);
      step(step.inputGain(), step.leak(), memory, derivatives, Scratch.ALIGNED, g, gOffset + t * gStep, full);
    }
    return full;
  }

  /**
   * {@link MapKernels#sigmoidBackward}; offset and step of the maps count bytes. The derivatives take the place of the
   * potentials, the gradients that of the derivatives.
   */
  static boolean backward(NeuronStep step, float alpha, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, ByteBuffer g, ByteBuffer dx, int offset, int mapStep) {
    if (!knows(step) || n % L != 0) {
      return false;
    }
    Arrays.fill(memory, Scratch.ALIGNED, Scratch.ALIGNED + n, 0f);
    int share = n / L / steps * L * Float.BYTES;
    for (int t = 0; t < steps; t++) {
      int row = hOffset + t * hStep;
      derive(-alpha * SimdNeuron.LOG2_E, alpha, step.threshold(), h, row, h, row, n, g, dx, offset + t * share, mapStep, steps);
    }
    for (int t = steps - 1; t >= 0; t--) {
      mapStep(step.inputGain(), step.leak(), h, hOffset + t * hStep, memory, g, dx, offset + t * mapStep, n);
    }
    return true;
  }

  /**
   * The surrogate's derivatives at some potentials, with a sign where the potential is kept: below the threshold or not a
   * number. A loop of its own: in one with {@link #mapStep} the compiler is at the end of what it inlines, and in
   * some starts of a JVM it stores each vector of the gradients element by element.
   *
   * <p>Divisions take long enough to fetch meanwhile what {@link #mapStep} reads and writes next, a line of each map for a
   * vector: it is read and added to a sum which means nothing, as in {@link SimdFetchingProduct8}. It comes faster from the
   * rows of all steps in turn, which lie in different pages, than from one after the other.
   *
   * @param derivatives may be h, in the same place
   * @param next        where in both maps the lines to be fetched begin
   * @param nextStep    bytes from one step's row in the maps to the next's; 0 where nothing is to be fetched
   * @param rows        how many of these there are
   */
  private static int derive(float slope, float alpha, float threshold, float[] h, int hAt, float[] derivatives, int to,
      int n, ByteBuffer g, ByteBuffer dx, int next, int nextStep, int rows) {
    int fetched = 0;
    int lineBytes = nextStep == 0 ? 0 : L * Float.BYTES;
    int line = next;
    int at = next;
    int row = 0;
    IntVector infinity = IntVector.fromArray(I, INFINITY, 0);
    IntVector sign = IntVector.fromArray(I, SIGN_BIT, 0);
    FloatVector one = FloatVector.broadcast(F, 1f);
    FloatVector c1 = FloatVector.broadcast(F, SimdNeuron.C1);
    FloatVector c2 = FloatVector.broadcast(F, SimdNeuron.C2);
    FloatVector c3 = FloatVector.broadcast(F, SimdNeuron.C3);
    FloatVector c4 = FloatVector.broadcast(F, SimdNeuron.C4);
    FloatVector c5 = FloatVector.broadcast(F, SimdNeuron.C5);
    FloatVector c6 = FloatVector.broadcast(F, SimdNeuron.C6);
    for (int j = 0; j < n; j += L) {
      FloatVector u = FloatVector.fromArray(F, h, hAt + j).sub(threshold);
      FloatVector z = u.abs().mul(slope);
      FloatVector rounded = z.add(SimdNeuron.ROUNDER);
      FloatVector f = z.sub(rounded.sub(SimdNeuron.ROUNDER));
      IntVector p = c6.fma(f, c5).fma(f, c4).fma(f, c3).fma(f, c2).fma(f, c1).fma(f, one).reinterpretAsInts()
          .add(rounded.reinterpretAsInts().lanewise(LSHL, SimdNeuron.EXPONENT_SHIFT));
      IntVector vanishes = z.sub(SimdNeuron.LOWEST).reinterpretAsInts().lanewise(ASHR, SIGN);
      FloatVector e = p.sub(p.and(vanishes)).reinterpretAsFloats();
      FloatVector d = e.add(1f);
      IntVector derivative = e.mul(alpha).div(d.mul(d)).reinterpretAsInts();
      IntVector bits = u.reinterpretAsInts();
      IntVector kept = infinity.sub(bits).or(bits).and(sign);
      derivative.or(kept).reinterpretAsFloats().intoArray(derivatives, to + j);
      fetched += g.getInt(at) + dx.getInt(at);
      at += nextStep;
      if (++row == rows) {
        row = 0;
        line += lineBytes;
        at = line;
      }
    }
    return fetched;
  }

  private static void step(float gain, float leak, float[] memory, int derivatives, int carry, float[] g, int gAt, int n) {
    IntVector ones = IntVector.fromArray(I, ONE, 0);
    for (int j = 0; j < n; j += L) {
      FloatVector derivative = FloatVector.fromArray(F, memory, derivatives + j);
      FloatVector kept = derivative.reinterpretAsInts().lanewise(ASHR, SIGN).and(ones).reinterpretAsFloats();
      FloatVector gh = FloatVector.fromArray(F, memory, carry + j).mul(kept)
          .add(derivative.abs().mul(FloatVector.fromArray(F, g, gAt + j)));
      gh.mul(gain).intoArray(g, gAt + j);
      gh.mul(leak).intoArray(memory, carry + j);
    }
  }

  /** {@link #step} from map to map; the gradients of the current take the derivatives' place, too. */
  private static void mapStep(float gain, float leak, float[] derivatives, int from, float[] memory, ByteBuffer g,
      ByteBuffer dx, int at, int n) {
    IntVector ones = IntVector.fromArray(I, ONE, 0);
    for (int j = 0; j < n; j += L) {
      FloatVector derivative = FloatVector.fromArray(F, derivatives, from + j);
      FloatVector kept = derivative.reinterpretAsInts().lanewise(ASHR, SIGN).and(ones).reinterpretAsFloats();
      FloatVector gh = FloatVector.fromArray(F, memory, Scratch.ALIGNED + j).mul(kept)
          .add(derivative.abs().mul(FloatVector.fromByteBuffer(F, g, at + j * Float.BYTES, ORDER)));
      FloatVector gx = gh.mul(gain);
      gx.intoByteBuffer(dx, at + j * Float.BYTES, ORDER);
      gx.intoArray(derivatives, from + j);
      gh.mul(leak).intoArray(memory, Scratch.ALIGNED + j);
    }
  }
}
