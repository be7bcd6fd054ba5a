package io.qkformer.examples.analyze;

import com.sun.management.ThreadMXBean;
import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionCore;
import io.qkformer.attention.SelfAttention;
import io.qkformer.attention.TokenAttention;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.KernelProvider;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of one attention operation over a square map, as in the paper's Table 8: Q, K[, V] given, C = 256,
 * T = B = 1, 8 heads, evaluation.
 *
 * @param side       sqrt(N)
 * @param tokenBytes of QKTA: the pool's high-water mark, and what the thread allocated on the heap
 * @param selfBytes  of SSA, {@code Q (K^T V)}
 */
record AttentionMemory(int side, long tokenBytes, long selfBytes) {

  /** Mebibytes of the paper's Table 8 by sqrt(N): QKTA, SSA. */
  static final Map<Integer, double[]> PAPER = new TreeMap<>(Map.ofEntries(
      Map.entry(10, new double[] {0.10, 0.14}), Map.entry(20, new double[] {0.40, 1.00}),
      Map.entry(30, new double[] {0.89, 3.97}), Map.entry(40, new double[] {1.58, 12.19}),
      Map.entry(50, new double[] {2.47, 26.44}), Map.entry(60, new double[] {3.56, 53.52}),
      Map.entry(70, new double[] {4.84, 97.64}), Map.entry(80, new double[] {6.32, 162.50}),
      Map.entry(90, new double[] {8.18, 258.19}), Map.entry(100, new double[] {10.35, 391.77}),
      Map.entry(110, new double[] {12.14, 570.69}), Map.entry(120, new double[] {14.23, 806.06}),
      Map.entry(130, new double[] {16.70, 1107.50}), Map.entry(140, new double[] {20.22, 1485.14}),
      Map.entry(150, new double[] {22.26, 1954.03}), Map.entry(160, new double[] {26.29, 2525.00}),
      Map.entry(170, new double[] {28.55, 3214.30}), Map.entry(180, new double[] {32.37, 4036.88}),
      Map.entry(190, new double[] {36.41, 5007.25}), Map.entry(200, new double[] {40.46, 6143.06})));

  private static final int WIDTH = 256;
  private static final int HEADS = 8;
  private static final double DENSITY = 0.2;

  /** Measures; the first measurement of a program counts what its classes allocate when they start. */
  static AttentionMemory measure(int side) {
    NeuronConfig neuron = NeuronConfig.lif().withThreshold(AttentionConfig.DEFAULT_THRESHOLD);
    return new AttentionMemory(side, bytes(new TokenAttention(WIDTH, HEADS, neuron), side),
        bytes(new SelfAttention(WIDTH, HEADS, AttentionConfig.DEFAULT_SCALE, neuron), side));
  }

  private static long bytes(AttentionCore core, int side) {
    List<INDArray> projected = new ArrayList<>();
    for (String projection : core.projections()) {
      projected.add(spikes(projection, side));
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // an engine of its own, whose pool and scratch memory are empty; one thread, whose allocations are counted; kernels
    // without SIMD, because the virtual machine allocates vectors until it has compiled them
    try (Engine engine = Engine.create(KernelProvider.portable(), 1); Pass pass = Pass.evaluation(engine, 1)) {
      long before = threads.getCurrentThreadAllocatedBytes();
      core.attend(projected, pass);
      long heap = threads.getCurrentThreadAllocatedBytes() - before;
      return engine.pool().use().arrays().mostBytes() + heap;
    } finally {
      projected.forEach(INDArray::close);
    }
  }

  private static INDArray spikes(String name, int side) {
    INDArray map = Nd4j.createUninitializedDetached(DataType.FLOAT, 1, 1, side, side, WIDTH);
    RandomStream random = RandomStream.of(0, "memory scan " + name, side);
    float[] row = new float[WIDTH];
    Floats target = Floats.of(map);
    for (long from = 0; from < target.length(); from += WIDTH) {
      for (int c = 0; c < WIDTH; c++) {
        row[c] = random.nextDouble() < DENSITY ? 1 : 0;
      }
      target.write(from, row, 0, WIDTH);
    }
    return map;
  }
}
