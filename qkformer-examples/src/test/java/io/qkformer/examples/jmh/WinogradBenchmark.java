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

/** Winograd's transforms of one tile. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class WinogradBenchmark {

  private static final int ROW = 8;

  /** Channels of the tile. */
  @Param({"16", "96", "384"})
  public int channels;

  /** The arithmetic. */
  @Param({Samples.SIMD, Samples.PORTABLE})
  public String kernels;

  private Kernels used;
  private float[] tile;
  private float[] points;
  private float[] bias;

  /** Draws the tiles. */
  @Setup
  public void prepare() {
    used = Samples.kernels(kernels);
    tile = Samples.gaussian("tile", ROW * ROW * channels);
    points = Samples.gaussian("points", ROW * ROW * channels);
    bias = Samples.gaussian("bias", channels);
  }

  /** Of an input tile. */
  @Benchmark
  public float[] winogradInput() {
    used.winogradInput(tile, 0, ROW * channels, channels, channels, points, 0, channels);
    return points;
  }

  /** Back to an output tile; the points are overwritten, and arithmetic takes as long on whatever they become. */
  @Benchmark
  public float[] winogradOutput() {
    used.winogradOutput(points, 0, channels, channels, bias, 0, tile, 0, ROW * channels, channels);
    return tile;
  }

  /** Of a tile of the output's gradient. */
  @Benchmark
  public float[] winogradGradient() {
    used.winogradGradient(tile, 0, ROW * channels, channels, channels, points, 0, channels);
    return points;
  }
}
