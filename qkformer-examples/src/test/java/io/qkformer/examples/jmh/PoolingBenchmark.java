package io.qkformer.examples.jmh;

import io.qkformer.kernel.Kernels;
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

/** Max pooling of one row of channels, forward and backward. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class PoolingBenchmark {

  private static final int TAP = 4;

  /** Channels. */
  @Param({"48", "192", "384"})
  public int channels;

  /** The arithmetic. */
  @Param({Samples.SIMD, Samples.PORTABLE})
  public String kernels;

  private Kernels used;
  private float[] x;
  private float[] rows;
  private float[] best;
  private int[] argument;
  private float[] gradient;

  /** Draws the row. */
  @Setup
  public void prepare() {
    used = Samples.kernels(kernels);
    x = Samples.gaussian("x", channels);
    rows = Samples.gaussian("rows", 3 * channels);
    best = Samples.gaussian("best", channels);
    argument = new int[channels];
    for (int c = 0; c < channels; c++) {
      argument[c] = c % (2 * TAP + 1);
    }
    gradient = new float[channels];
  }

  /** The maximum and where it came from. */
  @Benchmark
  public float[] maximum() {
    used.maximum(x, 0, TAP, best, 0, argument, 0, channels);
    return best;
  }

  /** The maximum of three taps and where it came from. */
  @Benchmark
  public float[] maximumOfTaps() {
    used.maximumOfTaps(rows, 0, channels, TAP, best, 0, argument, 0, channels);
    return best;
  }

  /** The maximum alone, of three rows. */
  @Benchmark
  public float[] maximumOfThree() {
    used.maximumOfThree(rows, 0, channels, 2 * channels, best, 0, channels);
    return best;
  }

  /** The gradient to where the maximum came from. */
  @Benchmark
  public float[] addWhere() {
    used.addWhere(x, 0, argument, 0, TAP, gradient, 0, channels);
    return gradient;
  }
}
