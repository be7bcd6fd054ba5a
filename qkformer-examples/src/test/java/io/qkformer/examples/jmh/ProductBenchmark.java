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

/** The dense product. The sum grows from call to call, slowly enough never to overflow. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class ProductBenchmark {

  /** Rows x columns x summands. */
  @Param({"256x192x1728", "256x384x384", "256x1536x384", "256x48x432", "256x10x384"})
  public String shape;

  /** The arithmetic. */
  @Param({Samples.SIMD, Samples.PORTABLE})
  public String kernels;

  private Kernels used;
  private int m;
  private int n;
  private int k;
  private float[] a;
  private float[] b;
  private float[] c;

  /** Fills the operands. */
  @Setup
  public void prepare() {
    used = Samples.kernels(kernels);
    int[] sizes = Samples.shape(shape, 3);
    m = sizes[0];
    n = sizes[1];
    k = sizes[2];
    a = Samples.gaussian("a", m * k);
    b = Samples.gaussian("b", k * n);
    c = new float[m * n];
  }

  /** {@code C += A B}. */
  @Benchmark
  public float[] multiplyAdd() {
    used.multiplyAdd(m, n, k, a, 0, k, 1, b, 0, n, c, 0, n);
    return c;
  }

  /** {@code C += A B} with A stored transposed, as in the gradient of weights. */
  @Benchmark
  public float[] multiplyAddTransposed() {
    used.multiplyAdd(m, n, k, a, 0, 1, m, b, 0, n, c, 0, n);
    return c;
  }
}
