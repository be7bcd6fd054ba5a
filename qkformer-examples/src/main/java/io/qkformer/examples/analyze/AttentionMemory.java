package io.qkformer.examples.analyze;

import java.util.Map;
import java.util.TreeMap;

/**
 * The memory of one attention operation over a square map, as in the paper's Table 8: Q, K[, V] given, C = 256,
 * T = B = 1, 8 heads, evaluation.
 *
 * @param side       sqrt(N)
 * @param tokenBytes of QKTA, as {@link OperationMemory} counts
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

  /** Measures; the first measurement of a program counts what its classes allocate when they start. */
  static AttentionMemory measure(int side) {
    return new AttentionMemory(side, OperationMemory.bytes(ComparedAttention.QKTA, side, side, WIDTH, HEADS),
        OperationMemory.bytes(ComparedAttention.SSA, side, side, WIDTH, HEADS));
  }

  /** Bytes of QKTA by a formula that fits the paper's column: the result and three numbers for each token. */
  static long tokenFormula(int side) {
    return (long) Float.BYTES * side * side * (WIDTH + 3);
  }

  /** Bytes of SSA by a formula that fits the paper's column: a map of all pairs of tokens and the result. */
  static long selfFormula(int side) {
    long tokens = (long) side * side;
    return Float.BYTES * tokens * (tokens + WIDTH);
  }
}
