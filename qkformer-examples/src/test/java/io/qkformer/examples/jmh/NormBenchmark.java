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

/** The kernels of batch normalisation over a tile of channels-last rows, and plain addition. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class NormBenchmark {

  /** Rows x channels. */
  @Param({"256x48", "64x384", "16x1536"})
  public String shape;

  /** The arithmetic. */
  @Param({Samples.SIMD, Samples.PORTABLE})
  public String kernels;

  private Kernels used;
  private int rows;
  private int channels;
  private float[] x;
  private float[] g;
  private float[] y;
  private float[] centre;
  private float[] scale;
  private float[] shift;
  private float[] sum;
  private float[] dot;

  /** Draws the map. */
  @Setup
  public void prepare() {
    used = Samples.kernels(kernels);
    int[] sizes = Samples.shape(shape, 2);
    rows = sizes[0];
    channels = sizes[1];
    x = Samples.gaussian("x", rows * channels);
    g = Samples.gaussian("g", rows * channels);
    y = new float[rows * channels];
    centre = Samples.gaussian("centre", channels);
    scale = Samples.gaussian("scale", channels);
    shift = Samples.gaussian("shift", channels);
    sum = new float[channels];
    dot = new float[channels];
  }

  /** Sums of the columns. */
  @Benchmark
  public float[] addColumns() {
    used.addColumns(x, 0, rows, channels, sum);
    return sum;
  }

  /** Sums of deviations and of their squares. */
  @Benchmark
  public float[] addMoments() {
    used.addMoments(x, 0, rows, channels, centre, sum, dot);
    return dot;
  }

  /** Forward. */
  @Benchmark
  public float[] normalize() {
    used.normalize(x, 0, rows, channels, centre, scale, shift, y, 0);
    return y;
  }

  /** The sums of the backward pass. */
  @Benchmark
  public float[] addColumnsAndProducts() {
    used.addColumnsAndProducts(g, 0, x, 0, rows, channels, centre, sum, dot, 0);
    return dot;
  }

  /** Backward. */
  @Benchmark
  public float[] combine() {
    used.combine(g, 0, x, 0, rows, channels, centre, scale, shift, centre, y, 0);
    return y;
  }

  /** {@code y += x}. */
  @Benchmark
  public float[] add() {
    used.add(x, 0, y, 0, rows * channels);
    return y;
  }
}
