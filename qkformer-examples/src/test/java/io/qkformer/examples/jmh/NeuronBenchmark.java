package io.qkformer.examples.jmh;

import io.qkformer.kernel.ChannelNorm;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Scratch;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One time step of neurons, forward and backward, and the sigmoid surrogate. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class NeuronBenchmark {

  private static final float ALPHA = 4;
  private static final int STEPS = 4;
  private static final int CHANNELS = 64;

  /** Neurons. */
  @Param({"2048", "16384"})
  public int neurons;

  /** The arithmetic. */
  @Param({Samples.SIMD, Samples.PORTABLE})
  public String kernels;

  private final NeuronStep step = Samples.lif();
  private Kernels used;
  private float[] current;
  private float[] membrane;
  private float[] potential;
  private float[] spikes;
  private float[] derivative;
  private float[] carry;
  private float[] gradient;
  private ChannelNorm norm;
  private float[] currents;
  private float[] fired;
  private float[] gradients;
  private float[] memory;
  private long[] words;

  /** Draws the currents. */
  @Setup
  public void prepare() {
    used = Samples.kernels(kernels);
    current = Samples.gaussian("current", neurons);
    membrane = new float[neurons];
    potential = Samples.gaussian("potential", neurons);
    spikes = new float[neurons];
    derivative = Samples.gaussian("derivative", neurons);
    carry = new float[neurons];
    gradient = new float[neurons];
    norm = new ChannelNorm(Samples.gaussian("centre", CHANNELS), Samples.gaussian("scale", CHANNELS),
        Samples.gaussian("shift", CHANNELS));
    currents = Samples.gaussian("currents", neurons * STEPS);
    fired = new float[neurons * STEPS];
    gradients = Samples.gaussian("gradients", neurons * STEPS);
    memory = new float[2 * neurons + Scratch.ALIGNED];
    words = new long[neurons * STEPS / Long.SIZE];
  }

  /** Charge, fire, reset. */
  @Benchmark
  public float[] fire() {
    used.fire(step, current, 0, membrane, potential, 0, spikes, 0, neurons);
    return spikes;
  }

  /** The same step backwards. */
  @Benchmark
  public float[] fireBackward() {
    used.fireBackward(step, current, 0, potential, 0, derivative, 0, carry, gradient, 0, neurons);
    return gradient;
  }

  /** The surrogate's derivative. */
  @Benchmark
  public float[] sigmoidDerivative() {
    used.sigmoidDerivative(ALPHA, step.threshold(), potential, 0, derivative, 0, neurons);
    return derivative;
  }

  /** All steps of the neurons, their currents normed on the way. */
  @Benchmark
  public float[] fireSteps() {
    used.fireSteps(step, norm, currents, 0, neurons, STEPS, neurons, memory, words, 0, neurons / Long.SIZE, fired, 0,
        neurons);
    return fired;
  }

  /** All steps at inference, one after the other: spikes as bits, potentials in an array. */
  @Benchmark
  public long[] firePacked() {
    Arrays.fill(membrane, step.resetTo());
    for (int t = 0; t < STEPS; t++) {
      used.firePacked(step, currents, t * neurons, membrane, 0, neurons, words, t * neurons / Long.SIZE);
    }
    return words;
  }

  /** The same at once. */
  @Benchmark
  public long[] firePackedSteps() {
    used.firePackedSteps(step, currents, 0, neurons, STEPS, neurons, memory, words, 0, neurons / Long.SIZE);
    return words;
  }

  /** Their potentials again. */
  @Benchmark
  public float[] potentials() {
    used.potentials(step, norm, currents, 0, neurons, STEPS, neurons, memory, fired, 0, neurons);
    return fired;
  }

  /** All steps backwards. */
  @Benchmark
  public float[] sigmoidBackward() {
    used.sigmoidBackward(step, ALPHA, currents, 0, neurons, STEPS, neurons, memory, gradients, 0, neurons);
    return gradients;
  }
}
