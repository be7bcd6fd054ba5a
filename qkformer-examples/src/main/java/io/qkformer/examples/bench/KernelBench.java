package io.qkformer.examples.bench;

import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.NeuronStep.Charge;
import io.qkformer.kernel.NeuronStep.Reset;
import io.qkformer.kernel.NeuronStep.ResetGradient;
import io.qkformer.kernel.RowSelection;
import io.qkformer.kernel.Scratch;
import io.qkformer.tensor.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * One kernel's measurement.
 *
 * @param name what is measured
 * @param work floating-point operations, or elements, of one call
 * @param unit {@link Unit}
 * @param call calls the kernel once
 */
record KernelBench(String name, double work, Unit unit, Consumer<Kernels> call) {

  /** How a measurement reads. */
  enum Unit {
    /** 1e9 floating-point operations in a second. */
    GFLOP_PER_SECOND,
    /** Nanoseconds for each element. */
    NANOSECONDS
  }

  private static final long WARM_UP_NANOS = 1_500_000_000L;
  private static final long SAMPLE_NANOS = 20_000_000L;
  private static final int SAMPLES = 15;
  private static final int N = 12288;
  private static final double RATE = 0.15;

  /** The median of some samples, after a warm-up, as text. */
  String measure(Kernels kernels) {
    long start = System.nanoTime();
    long calls = 0;
    while (System.nanoTime() - start < WARM_UP_NANOS) {
      call.accept(kernels);
      calls++;
    }
    long each = Math.max(1, calls * SAMPLE_NANOS / WARM_UP_NANOS);
    double[] nanos = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      long from = System.nanoTime();
      for (long j = 0; j < each; j++) {
        call.accept(kernels);
      }
      nanos[i] = (double) (System.nanoTime() - from) / each;
    }
    Arrays.sort(nanos);
    double median = nanos[SAMPLES / 2];
    return unit == Unit.GFLOP_PER_SECOND ? String.format(Locale.ROOT, "%.1f GFLOP/s", work / median)
        : String.format(Locale.ROOT, "%.3f ns", median / work);
  }

  /** All measurements. */
  static List<KernelBench> all() {
    NeuronStep lif = new NeuronStep(Charge.DECAYED_INPUT, 0.5f, 1f, 0f, Reset.HARD, ResetGradient.DETACHED);
    float[] x = random("x", N);
    float[] y = random("y", N);
    float[] h = new float[N];
    float[] v = new float[N];
    int width = 192;
    long[] selected = {1L << 3 | 1L << 17 | 1L << 40 | 1L << 41 | 1L << 47 | 1L << 50 | 1L << 51 | 1L << 53 | 1L << 60
        | 1L << 63};
    int spikesOfWord = Long.bitCount(selected[0]);
    RowSelection selection = new RowSelection(1);
    selection.set(0, selected, 0, 1, new Scratch());
    float[] rows = random("rows", width * width);
    // targets of their own: sums that fed each other would run to infinity
    float[] sum = new float[width];
    float[] spikes = new float[N];
    RandomStream random = RandomStream.of(0, "spikes");
    for (int i = 0; i < N; i++) {
      spikes[i] = random.nextDouble() < RATE ? 1 : 0;
    }
    long[] packed = new long[N / Long.SIZE + 1];
    float[] unpacked = new float[N];
    return List.of(
        product(256, 192, 1728), product(256, 384, 384), product(256, 32, 288), product(256, 10, 384),
        new KernelBench("add 10 selected rows of 192, per addition", spikesOfWord * width, Unit.NANOSECONDS,
            kernels -> kernels.addSelectedRows(rows, 0, width, width, selection, 0, 1, sum, 0, width)),
        new KernelBench("pack spikes at 15 %, per element", N, Unit.NANOSECONDS,
            kernels -> kernels.packPlane(spikes, 0, N, 0, packed, 0)),
        new KernelBench("unpack spikes, per element", N, Unit.NANOSECONDS,
            kernels -> kernels.unpackPlanes(packed, 0, 0, 1, unpacked, 0, N)),
        new KernelBench("neuron step, per element", N, Unit.NANOSECONDS,
            kernels -> kernels.fire(lif, x, 0, v, h, 0, y, 0, N)),
        new KernelBench("neuron backward step, per element", N, Unit.NANOSECONDS,
            kernels -> kernels.fireBackward(lif, x, 0, h, 0, spikes, 0, v, y, 0, N)),
        new KernelBench("sigmoid surrogate, per element", N, Unit.NANOSECONDS,
            kernels -> kernels.sigmoidDerivative(4f, 1f, x, 0, y, 0, N)));
  }

  private static KernelBench product(int m, int n, int k) {
    float[] a = random("a", m * k);
    float[] b = random("b", k * n);
    float[] c = new float[m * n];
    return new KernelBench("dense product " + m + " x " + n + " x " + k, 2.0 * m * n * k, Unit.GFLOP_PER_SECOND,
        kernels -> {
          // accumulating for ever would end in infinity
          Arrays.fill(c, 0);
          kernels.multiplyAdd(m, n, k, a, 0, k, 1, b, 0, n, c, 0, n);
        });
  }

  private static float[] random(String purpose, int length) {
    RandomStream random = RandomStream.of(0, purpose);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
