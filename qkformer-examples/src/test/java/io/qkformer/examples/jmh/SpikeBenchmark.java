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

/** The spike-driven products of one row, and how its spikes are listed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class SpikeBenchmark {

  /** Spikes per channel. */
  @Param({"0.01", "0.05", "0.1", "0.2", "0.4", "0.6"})
  public double density;

  /** Channels of the input x channels of the output. */
  @Param({"96x96", "384x384", "384x1536"})
  public String shape;

  /** The arithmetic. */
  @Param({Samples.SIMD, Samples.PORTABLE})
  public String kernels;

  private Kernels used;
  private int in;
  private int out;
  private float[] spikes;
  private int[] list;
  private int[] found;
  private int listed;
  private float[] weights;
  private float[] gradient;
  private float[] row;

  /** Draws the spikes. */
  @Setup
  public void prepare() {
    used = Samples.kernels(kernels);
    int[] sizes = Samples.shape(shape, 2);
    in = sizes[0];
    out = sizes[1];
    spikes = Samples.spikes(in, density);
    // a vector may be written past the last spike
    list = new int[2 * in];
    found = new int[2 * in];
    listed = used.listSpikes(spikes, 0, in, list, 0);
    weights = Samples.gaussian("weights", in * out);
    gradient = Samples.gaussian("gradient", out);
    row = new float[out];
  }

  /** From a row of spikes to the list of its active channels. */
  @Benchmark
  public int listSpikes() {
    return used.listSpikes(spikes, 0, in, found, 0);
  }

  /** Sums the listed rows of weights. */
  @Benchmark
  public float[] addListedRows() {
    used.addListedRows(weights, 0, out, list, 0, listed, row, 0);
    return row;
  }

  /** Adds a gradient to the listed rows of weights. */
  @Benchmark
  public float[] addToListedRows() {
    used.addToListedRows(gradient, 0, out, list, 0, listed, weights, 0);
    return weights;
  }
}
