package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The neuron's step forward and backward, and the derivative of its surrogate.
 *
 * <p>One loop serves every kind of charge and reset: a kind is chosen by factors of exactly 0 and 1, with
 * which finite potentials come out with the bits of the formulas in {@link NeuronStep}.
 */
final class SimdNeuron {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  private static final Kernels SCALAR = new PortableKernels();

  static final float LOG2_E = 1.44269504f;
  /** {@code ln(2)^k / k!}. */
  static final float C1 = 0.69314718f;
  static final float C2 = 0.24022651f;
  static final float C3 = 0.055504109f;
  static final float C4 = 0.0096181291f;
  static final float C5 = 0.0013333558f;
  static final float C6 = 0.00015403530f;

  /** 1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits. */
  static final float ROUNDER = 0x1.8p23f;
  static final int EXPONENT_SHIFT = 23;

  /** The exponential is 2 to this power or more, or else 0. */
  static final float LOWEST = -Kernels.SIGMOID_REACH * LOG2_E;

  private SimdNeuron() {}

  static void fire(NeuronStep step, float[] x, int xOffset, float[] v, float[] h, int hOffset,
      float[] s, int sOffset, int n) {
    // H = V - beforeInput (V - rest) + (X - withInput (V - rest)) gain
    float beforeInput = step.charge() == NeuronStep.Charge.RAW_INPUT ? step.rate() : 0f;
    float withInput = step.charge() == NeuronStep.Charge.DECAYED_INPUT ? 1f : 0f;
    float gain = step.inputGain();
    int full = n - n % L;
    if (step.reset() == NeuronStep.Reset.HARD) {
      fireHard(beforeInput, withInput, gain, step.threshold(), step.resetTo(), x, xOffset, v, h, hOffset,
          s, sOffset, full);
    } else {
      fireSoft(beforeInput, withInput, gain, step.threshold(), step.resetTo(), x, xOffset, v, h, hOffset,
          s, sOffset, full);
    }
    for (int j = full; j < n; j++) {
      float gap = v[j] - step.resetTo();
      float hj = v[j] - beforeInput * gap + (x[xOffset + j] - withInput * gap) * gain;
      boolean fires = hj >= step.threshold();
      h[hOffset + j] = hj;
      s[sOffset + j] = fires ? 1f : 0f;
      v[j] = !fires ? hj : step.reset() == NeuronStep.Reset.HARD ? step.resetTo() : hj - step.threshold();
    }
  }

  private static void fireHard(float beforeInput, float withInput, float gain, float threshold, float rest,
      float[] x, int xOffset, float[] v, float[] h, int hOffset, float[] s, int sOffset, int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int j = 0; j < n; j += L) {
      FloatVector vj = FloatVector.fromArray(F, v, j);
      FloatVector gap = vj.sub(rest);
      FloatVector input = FloatVector.fromArray(F, x, xOffset + j).sub(gap.mul(withInput));
      FloatVector hj = vj.sub(gap.mul(beforeInput)).add(input.mul(gain));
      VectorMask<Float> fires = hj.compare(GE, threshold);
      hj.intoArray(h, hOffset + j);
      zero.blend(1f, fires).intoArray(s, sOffset + j);
      hj.blend(rest, fires).intoArray(v, j);
    }
  }

  private static void fireSoft(float beforeInput, float withInput, float gain, float threshold, float rest,
      float[] x, int xOffset, float[] v, float[] h, int hOffset, float[] s, int sOffset, int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int j = 0; j < n; j += L) {
      FloatVector vj = FloatVector.fromArray(F, v, j);
      FloatVector gap = vj.sub(rest);
      FloatVector input = FloatVector.fromArray(F, x, xOffset + j).sub(gap.mul(withInput));
      FloatVector hj = vj.sub(gap.mul(beforeInput)).add(input.mul(gain));
      FloatVector sj = zero.blend(1f, hj.compare(GE, threshold));
      hj.intoArray(h, hOffset + j);
      sj.intoArray(s, sOffset + j);
      hj.sub(sj.mul(threshold)).intoArray(v, j);
    }
  }

  static void fireBackward(NeuronStep step, float[] gs, int gsOffset, float[] h, int hOffset,
      float[] sg, int sgOffset, float[] carry, float[] gx, int gxOffset, int n) {
    // e = kept + through (base - follow H) sg, where kept is 1 and for a spike keptBySpike
    boolean hard = step.reset() == NeuronStep.Reset.HARD;
    float keptBySpike = hard ? 0f : 1f;
    float base = hard ? step.resetTo() : -step.threshold();
    float follow = hard ? 1f : 0f;
    float through = step.resetGradient() == NeuronStep.ResetGradient.FULL ? 1f : 0f;
    float threshold = step.threshold();
    float gain = step.inputGain();
    float leak = step.leak();
    FloatVector one = FloatVector.broadcast(F, 1f);
    FloatVector bases = FloatVector.broadcast(F, base);
    int j = 0;
    for (; j + L <= n; j += L) {
      FloatVector hj = FloatVector.fromArray(F, h, hOffset + j);
      FloatVector derivative = FloatVector.fromArray(F, sg, sgOffset + j);
      FloatVector kept = one.blend(keptBySpike, hj.compare(GE, threshold));
      FloatVector e = kept.add(bases.sub(hj.mul(follow)).mul(through).mul(derivative));
      FloatVector gh = FloatVector.fromArray(F, gs, gsOffset + j).mul(derivative)
          .add(FloatVector.fromArray(F, carry, j).mul(e));
      gh.mul(gain).intoArray(gx, gxOffset + j);
      gh.mul(leak).intoArray(carry, j);
    }
    for (; j < n; j++) {
      float hj = h[hOffset + j];
      float derivative = sg[sgOffset + j];
      float e = (hj >= threshold ? keptBySpike : 1f) + (base - hj * follow) * through * derivative;
      float gh = gs[gsOffset + j] * derivative + carry[j] * e;
      gx[gxOffset + j] = gh * gain;
      carry[j] = gh * leak;
    }
  }

  /** exp is {@code 2^i 2^f} with |f| at most 1/2, and {@code 2^f} comes by its Taylor polynomial. */
  static void sigmoidDerivative(float alpha, float threshold, float[] h, int hOffset, float[] sg,
      int sgOffset, int n) {
    int j = 0;
    FloatVector one = FloatVector.broadcast(F, 1f);
    FloatVector c1 = FloatVector.broadcast(F, C1);
    FloatVector c2 = FloatVector.broadcast(F, C2);
    FloatVector c3 = FloatVector.broadcast(F, C3);
    FloatVector c4 = FloatVector.broadcast(F, C4);
    FloatVector c5 = FloatVector.broadcast(F, C5);
    FloatVector c6 = FloatVector.broadcast(F, C6);
    float slope = -alpha * LOG2_E;
    // exp stands here and not in a method of its own: once compiled, such a method is not inlined any more,
    // and its vectors are allocated
    for (; j + L <= n; j += L) {
      // symmetric in u: the exponent is never positive and cannot overflow
      FloatVector z = FloatVector.fromArray(F, h, hOffset + j).sub(threshold).abs().mul(slope);
      VectorMask<Float> vanishes = z.compare(LT, LOWEST);
      FloatVector rounded = z.add(ROUNDER);
      FloatVector f = z.sub(rounded.sub(ROUNDER));
      FloatVector p = c6.fma(f, c5).fma(f, c4).fma(f, c3).fma(f, c2).fma(f, c1).fma(f, one);
      IntVector exponent = rounded.reinterpretAsInts().lanewise(LSHL, EXPONENT_SHIFT);
      FloatVector e = p.reinterpretAsInts().add(exponent).reinterpretAsFloats().blend(0f, vanishes);
      FloatVector d = e.add(1f);
      e.mul(alpha).div(d.mul(d)).intoArray(sg, sgOffset + j);
    }
    SCALAR.sigmoidDerivative(alpha, threshold, h, hOffset + j, sg, sgOffset + j, n - j);
  }
}
