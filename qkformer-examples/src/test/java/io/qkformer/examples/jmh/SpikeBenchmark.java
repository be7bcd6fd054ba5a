package io.qkformer.examples.jmh;

import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.RowSelection;
import io.qkformer.kernel.Scratch;
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

/** The spike-driven product of 64 pixels, how their rows are selected, and how spikes become bits and floats again. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class SpikeBenchmark {

  private static final int COLUMNS = 96;
  private static final int PIXELS = RowSelection.SUMS;

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
  private long[] words;
  private float[] weights;
  private float[] sums;
  private long[] selected;
  private RowSelection selection;
  private final Scratch scratch = new Scratch();

  /** Draws the spikes. */
  @Setup
  public void prepare() {
    used = Samples.kernels(kernels);
    int[] sizes = Samples.shape(shape, 2);
    in = sizes[0];
    out = sizes[1];
    spikes = Samples.spikes(in, density);
    words = new long[(in + Long.SIZE - 1) / Long.SIZE];
    used.packPlane(spikes, 0, in, 0, words, 0);
    weights = Samples.gaussian("weights", in * out);
    sums = new float[PIXELS * out];
    selection = new RowSelection(words.length);
    selected = new long[words.length * PIXELS];
    float[] pixels = Samples.spikes(PIXELS * in, density);
    long[] pixel = new long[words.length];
    for (int i = 0; i < PIXELS; i++) {
      used.packPlane(pixels, i * in, in, 0, pixel, 0);
      for (int chunk = 0; chunk < words.length; chunk++) {
        selected[chunk * PIXELS + i] = pixel[chunk];
      }
    }
    selectRows();
  }

  /** From a row of spikes to bits. */
  @Benchmark
  public long[] packPlane() {
    used.packPlane(spikes, 0, in, 0, words, 0);
    return words;
  }

  /** From bits to a row of spikes. */
  @Benchmark
  public float[] unpackPlanes() {
    used.unpackPlanes(words, 0, 0, 1, spikes, 0, in);
    return spikes;
  }

  /** Which rows the words of 64 pixels select. */
  @Benchmark
  public RowSelection selectRows() {
    for (int chunk = 0; chunk < words.length; chunk++) {
      selection.set(chunk, selected, chunk * PIXELS, PIXELS, scratch);
    }
    return selection;
  }

  /** Sums the selected rows of weights for 64 pixels, 64 rows and 96 columns at a time. */
  @Benchmark
  public float[] addSelectedRows() {
    for (int chunk = 0; chunk * Long.SIZE < in; chunk++) {
      for (int column = 0; column < out; column += COLUMNS) {
        used.addSelectedRows(weights, chunk * Long.SIZE * out + column, out, Math.min(COLUMNS, out - column), selection,
            chunk, 1, sums, column, out);
      }
    }
    return sums;
  }
}
