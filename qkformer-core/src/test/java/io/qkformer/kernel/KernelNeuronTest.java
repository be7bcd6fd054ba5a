package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The neuron's kernels against float64, for both implementations. */
class KernelNeuronTest {

  private static final String IMPLEMENTATIONS = "io.qkformer.kernel.KernelSamples#implementations";
  private static final int N = 37;
  private static final int OFFSET = 4;

  static List<NeuronStep> steps() {
    List<NeuronStep> steps = new ArrayList<>();
    for (NeuronStep.Charge charge : NeuronStep.Charge.values()) {
      for (NeuronStep.Reset reset : NeuronStep.Reset.values()) {
        for (NeuronStep.ResetGradient gradient : NeuronStep.ResetGradient.values()) {
          float rate = charge == NeuronStep.Charge.INTEGRATE ? 1f : 0.5f;
          steps.add(new NeuronStep(charge, rate, 1f, 0f, reset, gradient));
        }
      }
    }
    steps.add(new NeuronStep(NeuronStep.Charge.DECAYED_INPUT, 0.3f, 0.7f, -0.2f, NeuronStep.Reset.HARD,
        NeuronStep.ResetGradient.FULL));
    steps.add(new NeuronStep(NeuronStep.Charge.RAW_INPUT, 0.3f, 0.7f, -0.2f, NeuronStep.Reset.HARD,
        NeuronStep.ResetGradient.FULL));
    return steps;
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void stepFollowsTheEquations(Kernels kernels) {
    for (NeuronStep step : steps()) {
      Random random = new Random(step.hashCode());
      float[] x = KernelSamples.floats(random, N + OFFSET);
      float[] before = KernelSamples.floats(random, N);
      float[] v = before.clone();
      float[] h = new float[N + OFFSET];
      float[] s = new float[N + OFFSET];
      kernels.fire(step, x, OFFSET, v, h, OFFSET, s, OFFSET, N);
      for (int j = 0; j < N; j++) {
        double gap = before[j] - (double) step.resetTo();
        double rate = step.rate();
        double expected = switch (step.charge()) {
          case DECAYED_INPUT -> before[j] + rate * (x[OFFSET + j] - gap);
          case RAW_INPUT -> before[j] - rate * gap + x[OFFSET + j];
          case INTEGRATE -> (double) before[j] + x[OFFSET + j];
        };
        float hj = h[OFFSET + j];
        assertThat((double) hj).as("H of %s", step).isCloseTo(expected, within(1e-6));
        boolean fires = hj >= step.threshold();
        assertThat(s[OFFSET + j]).isEqualTo(fires ? 1f : 0f);
        float reset = step.reset() == NeuronStep.Reset.HARD ? step.resetTo() : hj - step.threshold();
        assertThat(v[j]).as("V of %s", step).isEqualTo(fires ? reset : hj);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void neuronFiresAtTheThresholdItself(Kernels kernels) {
    NeuronStep step = steps().get(0);
    float[] v = new float[N];
    float[] x = new float[N];
    float[] s = new float[N];
    Arrays.fill(x, 2f);
    x[1] = Math.nextDown(2f);
    kernels.fire(step, x, 0, v, new float[N], 0, s, 0, N);
    assertThat(s[0]).isEqualTo(1f);
    assertThat(s[1]).isEqualTo(0f);
    assertThat(s[N - 1]).isEqualTo(1f);
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void backwardStepFollowsTheChainRule(Kernels kernels) {
    for (NeuronStep step : steps()) {
      Random random = new Random(step.hashCode());
      float[] gs = KernelSamples.floats(random, N);
      float[] h = KernelSamples.floats(random, N);
      float[] sg = KernelSamples.floats(random, N);
      float[] before = KernelSamples.floats(random, N);
      float[] carry = before.clone();
      float[] gx = new float[N];
      kernels.fireBackward(step, gs, 0, h, 0, sg, 0, carry, gx, 0, N);
      double through = step.resetGradient() == NeuronStep.ResetGradient.FULL ? 1 : 0;
      for (int j = 0; j < N; j++) {
        double spike = h[j] >= step.threshold() ? 1 : 0;
        double e = step.reset() == NeuronStep.Reset.HARD
            ? 1 - spike + through * ((double) step.resetTo() - h[j]) * sg[j]
            : 1 - through * step.threshold() * sg[j];
        double gh = (double) gs[j] * sg[j] + before[j] * e;
        assertThat((double) gx[j]).as("gX of %s", step).isCloseTo(gh * step.inputGain(), within(1e-5));
        assertThat((double) carry[j]).as("carry of %s", step).isCloseTo(gh * step.leak(), within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void sigmoidDerivativeIsExactToAMillionthOfItsMaximum(Kernels kernels) {
    float alpha = 4f;
    float threshold = 1f;
    int n = 20_011;
    float[] h = new float[n + OFFSET];
    for (int j = 0; j < n; j++) {
      h[OFFSET + j] = threshold + (j - n / 2) * 0.0025f;
    }
    float[] sg = KernelSamples.floats(new Random(1), n + 2 * OFFSET);
    float[] before = sg.clone();
    kernels.sigmoidDerivative(alpha, threshold, h, OFFSET, sg, OFFSET, n);
    KernelSamples.assertSurroundingsUntouched(before, sg, OFFSET, OFFSET + n);
    double worst = 0;
    for (int j = 0; j < n; j++) {
      double s = 1 / (1 + Math.exp(-(double) alpha * ((double) h[OFFSET + j] - threshold)));
      worst = Math.max(worst, Math.abs(sg[OFFSET + j] - alpha * s * (1 - s)));
    }
    assertThat(worst).isLessThan(1e-6 * alpha / 4);
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void sigmoidDerivativeVanishesFarOutAndIsNeverNegative(Kernels kernels) {
    float[] far = {20f, 21.7f, 21.8f, 22f, 26f, 50f, 1e4f, 1e30f, Float.MAX_VALUE, Float.POSITIVE_INFINITY};
    for (float sign : new float[] {-1f, 1f}) {
      float[] h = new float[N];
      for (int j = 0; j < N; j++) {
        h[j] = sign * far[j % far.length];
      }
      float[] sg = new float[N];
      kernels.sigmoidDerivative(4f, 0f, h, 0, sg, 0, N);
      for (int j = 0; j < N; j++) {
        assertThat(sg[j]).as("at %s", h[j]).isBetween(0f, 1e-30f);
      }
      assertThat(sg[6]).isZero();
      assertThat(sg[9]).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void sigmoidDerivativeIsZeroBeforeItsProductsBecomeSubnormal(Kernels kernels) {
    float alpha = 4f;
    float[] h = new float[N];
    for (int j = 0; j < N; j++) {
      h[j] = (j % 2 == 0 ? 1 : -1) * 30f * j / N;
    }
    float[] sg = new float[N];
    kernels.sigmoidDerivative(alpha, 0f, h, 0, sg, 0, N);
    for (int j = 0; j < N; j++) {
      float reach = alpha * Math.abs(h[j]);
      if (reach > Kernels.SIGMOID_REACH * 1.001f) {
        assertThat(sg[j]).as("at %s", h[j]).isZero();
      } else if (reach < Kernels.SIGMOID_REACH * 0.999f) {
        assertThat(sg[j]).as("at %s", h[j]).isGreaterThan(1e-19f);
      }
    }
  }
}
