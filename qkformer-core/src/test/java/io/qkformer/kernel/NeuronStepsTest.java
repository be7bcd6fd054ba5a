package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels of all steps against the kernels of single steps, bit for bit. */
class NeuronStepsTest {

  private static final String IMPLEMENTATIONS = "io.qkformer.kernel.KernelSamples#implementations";
  private static final Kernels PORTABLE = KernelProvider.portable();
  static final List<Integer> CHANNELS = List.of(1, 8, 12, 16, 24, 32, 48, 100, 128);
  static final int[] STEPS = {1, 2, 3, 4, 5, 10, 16};
  static final int FIRST = 5;
  static final int GAP = 3;
  static final NeuronStep DEFAULT = new NeuronStep(NeuronStep.Charge.DECAYED_INPUT, 0.5f, 1f, 0f,
      NeuronStep.Reset.HARD, NeuronStep.ResetGradient.DETACHED);

  /** Inputs of n neurons, and what single steps make of them. */
  static final class Sample {
    final NeuronStep step;
    final int steps;
    final int n;
    final int rowStep;
    /** 0 for a static current. */
    final int xStep;
    final float[] x;
    final float[] g;
    final float[] spikes;
    final float[] potentials;
    final float[] dx;

    Sample(NeuronStep step, ChannelNorm norm, int steps, int n, boolean fixed, Random random) {
      this.step = step;
      this.steps = steps;
      this.n = n;
      this.rowStep = n + GAP;
      this.xStep = fixed ? 0 : rowStep;
      this.x = KernelSamples.floats(random, FIRST + steps * rowStep);
      this.g = KernelSamples.floats(random, x.length);
      this.spikes = new float[steps * n];
      this.potentials = new float[steps * n];
      this.dx = new float[steps * n];
      float[] v = new float[n];
      Arrays.fill(v, step.resetTo());
      float[] current = new float[n];
      float[] h = new float[n];
      float[] s = new float[n];
      for (int t = 0; t < steps; t++) {
        for (int j = 0; j < n; j++) {
          int c = j % norm.channels();
          current[j] = (x[FIRST + t * xStep + j] - norm.centre()[c]) * norm.scale()[c] + norm.shift()[c];
        }
        PORTABLE.fire(step, current, 0, v, h, 0, s, 0, n);
        System.arraycopy(s, 0, spikes, t * n, n);
        System.arraycopy(h, 0, potentials, t * n, n);
      }
    }

    /** With these kernels, whose exponential function has its own rounding. */
    void backward(Kernels kernels, float alpha) {
      float[] carry = new float[n];
      float[] derivative = new float[n];
      for (int t = steps - 1; t >= 0; t--) {
        kernels.sigmoidDerivative(alpha, step.threshold(), potentials, t * n, derivative, 0, n);
        kernels.fireBackward(step, g, FIRST + t * rowStep, potentials, t * n, derivative, 0, carry, dx, t * n, n);
      }
    }

    float[] memory() {
      return new float[2 * n + Scratch.ALIGNED];
    }

    /** The rows one after the other. */
    float[] rows(float[] tile) {
      float[] rows = new float[steps * n];
      for (int t = 0; t < steps; t++) {
        System.arraycopy(tile, FIRST + t * rowStep, rows, t * n, n);
      }
      return rows;
    }
  }

  static ChannelNorm norm(Random random, int channels) {
    return new ChannelNorm(KernelSamples.floats(random, channels), KernelSamples.floats(random, channels),
        KernelSamples.floats(random, channels));
  }

  private interface Check {
    void check(Kernels kernels, Sample sample, ChannelNorm norm, String name);
  }

  private static void forAll(int channels, Check check) {
    Random random = new Random(channels);
    List<Kernels> implementations = new ArrayList<>();
    KernelSamples.implementations().forEach(named -> implementations.add(named.getPayload()));
    for (NeuronStep step : KernelNeuronTest.steps()) {
      for (int steps : STEPS) {
        int n = channels * (1 + random.nextInt(200 / channels + 1));
        ChannelNorm norm = steps == 3 ? ChannelNorm.NONE : norm(random, channels);
        Sample sample = new Sample(step, norm, steps, n, steps == 2 || steps == 10, random);
        for (Kernels kernels : implementations) {
          check.check(kernels, sample, norm, kernels.name() + ", " + step + ", " + n + " neurons, T " + steps);
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CHANNELS")
  void spikesOfAllStepsAreThoseOfSingleSteps(int channels) {
    forAll(channels, (kernels, sample, norm, name) -> {
      int wordStep = (sample.n + Long.SIZE - 1) / Long.SIZE + 1;
      long[] words = new long[1 + sample.steps * wordStep];
      Arrays.fill(words, -1L);
      float[] x = sample.x.clone();
      // in place where that is allowed
      float[] s = sample.xStep == 0 ? new float[x.length] : x;
      kernels.fireSteps(sample.step, norm, x, FIRST, sample.xStep, sample.steps, sample.n, sample.memory(), words, 1,
          wordStep, s, FIRST, sample.rowStep);
      assertThat(sample.rows(s)).as(name).containsExactly(sample.spikes);
      for (int t = 0; t < sample.steps; t++) {
        for (int j = 0; j < (wordStep - 1) * Long.SIZE; j++) {
          long bit = words[1 + t * wordStep + j / Long.SIZE] >>> j & 1;
          assertThat(bit).as("%s: bit %d at %d", name, j, t)
              .isEqualTo(j < sample.n ? (long) sample.spikes[t * sample.n + j] : 0);
        }
        assertThat(words[(t + 1) * wordStep]).as(name).isEqualTo(-1L);
      }
      assertThat(words[0]).isEqualTo(-1L);
      if (sample.xStep == 0) {
        assertThat(s).as(name).startsWith(new float[FIRST]);
      } else {
        assertThat(s).as(name).startsWith(Arrays.copyOf(sample.x, FIRST));
        assertThat(Arrays.copyOfRange(s, FIRST + sample.n, FIRST + sample.rowStep)).as(name)
            .containsExactly(Arrays.copyOfRange(sample.x, FIRST + sample.n, FIRST + sample.rowStep));
      }
    });
  }

  @ParameterizedTest
  @FieldSource("CHANNELS")
  void potentialsOfAllStepsAreThoseOfSingleSteps(int channels) {
    forAll(channels, (kernels, sample, norm, name) -> {
      float[] x = sample.x.clone();
      float[] h = sample.g.clone();
      kernels.potentials(sample.step, norm, x, FIRST, sample.xStep, sample.steps, sample.n, sample.memory(), h, FIRST,
          sample.rowStep);
      assertThat(sample.rows(h)).as(name).containsExactly(sample.potentials);
      assertThat(x).as(name).containsExactly(sample.x);
      assertThat(Arrays.copyOfRange(h, FIRST + sample.n, FIRST + sample.rowStep)).as(name)
          .containsExactly(Arrays.copyOfRange(sample.g, FIRST + sample.n, FIRST + sample.rowStep));
    });
  }

  @ParameterizedTest
  @FieldSource("CHANNELS")
  void gradientsOfAllStepsAreThoseOfSingleSteps(int channels) {
    forAll(channels, (kernels, sample, norm, name) -> {
      float[] h = new float[sample.x.length];
      for (int t = 0; t < sample.steps; t++) {
        System.arraycopy(sample.potentials, t * sample.n, h, FIRST + t * sample.rowStep, sample.n);
      }
      // signs of zeros count
      for (int j = FIRST; j < h.length; j += 7) {
        h[j] *= 40;
      }
      for (int t = 0; t < sample.steps; t++) {
        System.arraycopy(h, FIRST + t * sample.rowStep, sample.potentials, t * sample.n, sample.n);
      }
      sample.backward(kernels, 4f);
      float[] g = sample.g.clone();
      kernels.sigmoidBackward(sample.step, 4f, h, FIRST, sample.rowStep, sample.steps, sample.n, sample.memory(), g, FIRST,
          sample.rowStep);
      assertThat(sample.rows(g)).as(name).containsExactly(sample.dx);
      assertThat(Arrays.copyOf(g, FIRST)).as(name).containsExactly(Arrays.copyOf(sample.g, FIRST));
    });
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void theThresholdItselfFiresAndWhatIsNoNumberDoesNot(Kernels kernels) {
    float negative = Float.intBitsToFloat(0xffc00000);
    float[] currents = {2f, Math.nextDown(2f), Float.NaN, negative, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
        Float.MAX_VALUE, -Float.MAX_VALUE, -0f, Float.MIN_VALUE, Float.intBitsToFloat(0x7f800001)};
    int n = 128;
    float[] x = new float[n];
    for (int j = 0; j < n; j++) {
      x[j] = currents[j % currents.length];
    }
    float[] expected = new float[n];
    float[] h = new float[n];
    PORTABLE.fire(DEFAULT, x, 0, new float[n], h, 0, expected, 0, n);
    assertThat(Arrays.copyOf(expected, 6)).containsExactly(1, 0, 0, 0, 1, 0);
    float[] s = new float[n];
    float[] memory = new float[2 * n + Scratch.ALIGNED];
    kernels.fireSteps(DEFAULT, ChannelNorm.NONE, x.clone(), 0, 0, 1, n, memory, new long[2], 0, 2, s, 0, n);
    assertThat(s).containsExactly(expected);
    float[] potential = new float[2 * n];
    kernels.potentials(DEFAULT, ChannelNorm.NONE, x, 0, 0, 2, n, memory, potential, 0, n);
    assertThat(Arrays.copyOf(potential, n)).containsExactly(h);
    assertThat(Arrays.copyOfRange(potential, n + 2, n + 4)).as("stays no number").containsOnly(Float.NaN);
    assertThat(potential[n + 4]).as("begins at rest again").isEqualTo(Float.POSITIVE_INFINITY);
    float[] g = new float[2 * n];
    Arrays.fill(g, 1f);
    kernels.sigmoidBackward(DEFAULT, 4f, potential, 0, n, 2, n, memory, g, 0, n);
    assertThat(g[2]).as("what is no number shows").isNaN();
  }
}
