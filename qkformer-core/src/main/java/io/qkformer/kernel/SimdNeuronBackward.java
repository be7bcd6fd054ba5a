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
 * The neuron's backward pass with the sigmoid surrogate in one loop, for hard and detached resets, the models' default:
 * the arithmetic of {@link SimdNeuron#sigmoidDerivative} and {@link SimdNeuron#fireBackward} without what a factor of 0
 * takes away there. Comparisons are signs, as in {@link SimdNeuronSteps}.
 */
final class SimdNeuronBackward {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
  private static final int L = F.length();
  private static final int SIGN = 31;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int[] ONE = ints(Float.floatToRawIntBits(1f));
  private static final int[] INFINITY = ints(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));

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
    Arrays.fill(memory, Scratch.ALIGNED, Scratch.ALIGNED + full, 0f);
    for (int t = steps - 1; t >= 0; t--) {
      step(-alpha * SimdNeuron.LOG2_E, alpha, step.threshold(), step.inputGain(), step.leak(), h, hOffset + t * hStep,
          memory, Scratch.ALIGNED, g, gOffset + t * gStep, full);
    }
    return full;
  }

  /** {@link MapKernels#sigmoidBackward}; offset and step of the maps count bytes. */
  static boolean backward(NeuronStep step, float alpha, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, ByteBuffer g, ByteBuffer dx, int offset, int mapStep) {
    if (!knows(step) || n % L != 0) {
      return false;
    }
    Arrays.fill(memory, Scratch.ALIGNED, Scratch.ALIGNED + n, 0f);
    for (int t = steps - 1; t >= 0; t--) {
      mapStep(-alpha * SimdNeuron.LOG2_E, alpha, step.threshold(), step.inputGain(), step.leak(), h, hOffset + t * hStep,
          memory, Scratch.ALIGNED, g, dx, offset + t * mapStep, n);
    }
    return true;
  }

  private static void step(float slope, float alpha, float threshold, float gain, float leak, float[] h, int hAt,
      float[] carry, int carryAt, float[] g, int gAt, int n) {
    IntVector infinity = IntVector.fromArray(I, INFINITY, 0);
    IntVector ones = IntVector.fromArray(I, ONE, 0);
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
      FloatVector derivative = e.mul(alpha).div(d.mul(d));
      IntVector bits = u.reinterpretAsInts();
      // 1 where the potential is below the threshold or not a number
      FloatVector kept = infinity.sub(bits).or(bits).lanewise(ASHR, SIGN).and(ones).reinterpretAsFloats();
      FloatVector gh = FloatVector.fromArray(F, g, gAt + j).mul(derivative)
          .add(FloatVector.fromArray(F, carry, carryAt + j).mul(kept));
      gh.mul(gain).intoArray(g, gAt + j);
      gh.mul(leak).intoArray(carry, carryAt + j);
    }
  }

  /** {@link #step} from map to map. */
  private static void mapStep(float slope, float alpha, float threshold, float gain, float leak, float[] h, int hAt,
      float[] carry, int carryAt, ByteBuffer g, ByteBuffer dx, int at, int n) {
    IntVector infinity = IntVector.fromArray(I, INFINITY, 0);
    IntVector ones = IntVector.fromArray(I, ONE, 0);
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
      FloatVector derivative = e.mul(alpha).div(d.mul(d));
      IntVector bits = u.reinterpretAsInts();
      // 1 where the potential is below the threshold or not a number
      FloatVector kept = infinity.sub(bits).or(bits).lanewise(ASHR, SIGN).and(ones).reinterpretAsFloats();
      FloatVector gh = FloatVector.fromByteBuffer(F, g, at + j * Float.BYTES, ORDER).mul(derivative)
          .add(FloatVector.fromArray(F, carry, carryAt + j).mul(kept));
      gh.mul(gain).intoByteBuffer(dx, at + j * Float.BYTES, ORDER);
      gh.mul(leak).intoArray(carry, carryAt + j);
    }
  }
}
