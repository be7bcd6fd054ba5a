package io.qkformer.examples.analyze;

import io.qkformer.examples.analyze.ComparedAttention.Operation;
import io.qkformer.examples.analyze.ComplexityPoint.Sweep;
import io.qkformer.examples.bench.Stopwatch;
import io.qkformer.examples.bench.Timing;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Pass;
import io.qkformer.train.report.ProcessMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Times the attentions of Table 1 over N and over D, one sample, one step, evaluation, on one thread with the best
 * kernels, and counts their bytes.
 *
 * @param tokens     the N that vary, at the first width
 * @param widths     the D that vary, at {@code widthTokens}
 * @param baseWidth  D while N varies
 * @param baseTokens N while D varies
 * @param heads      of each attention
 * @param budget     of each timing
 */
record ComplexityScan(List<Integer> tokens, List<Integer> widths, int baseWidth, int baseTokens, int heads,
    Stopwatch.Budget budget) {

  /** Checks the sizes. */
  ComplexityScan {
    tokens = sizes("--tokens", tokens);
    widths = sizes("--widths", widths);
    if (baseWidth < 1 || baseTokens < 1) {
      throw new IllegalArgumentException("--width and --at-tokens must be at least 1, got " + baseWidth + " and "
          + baseTokens);
    }
    for (int width : widths) {
      requireDivisible(width, heads);
    }
    requireDivisible(baseWidth, heads);
  }

  private static List<Integer> sizes(String option, List<Integer> sizes) {
    List<Integer> distinct = sizes.stream().distinct().sorted().toList();
    if (distinct.size() < 2 || distinct.get(0) < 1) {
      throw new IllegalArgumentException(option + ": an exponent needs at least two different sizes of at least 1, got "
          + sizes);
    }
    return distinct;
  }

  private static void requireDivisible(int width, int heads) {
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException("--heads must divide each width, got " + heads + " heads and width " + width);
    }
  }

  /** Measures all; shows each point when it is there. */
  List<ComplexityPoint> measure(Consumer<ComplexityPoint> shown) {
    List<ComplexityPoint> points = new ArrayList<>();
    try (Engine engine = Engine.create(1)) {
      for (ComparedAttention attention : ComparedAttention.values()) {
        // the first measurement of an operation counts what its classes allocate when they start
        OperationMemory.bytes(attention, 1, 2, baseWidth, heads);
        for (int n : tokens) {
          points.add(measure(attention, Sweep.TOKENS, n, baseWidth, engine));
          shown.accept(points.get(points.size() - 1));
        }
        for (int d : widths) {
          points.add(measure(attention, Sweep.WIDTH, baseTokens, d, engine));
          shown.accept(points.get(points.size() - 1));
        }
      }
    }
    return points;
  }

  private ComplexityPoint measure(ComparedAttention attention, Sweep sweep, int n, int d, Engine engine) {
    long bytes = OperationMemory.bytes(attention, 1, n, d, heads);
    Operation operation = attention.operation(d, heads);
    try (AttentionInputs inputs = attention.inputs(1, n, d)) {
      Timing timing = new Stopwatch(System::nanoTime, ProcessMemory.own()).within(budget, () -> {
        try (Pass pass = Pass.evaluation(engine, 1)) {
          operation.attend(inputs.maps(), pass);
        }
      });
      return new ComplexityPoint(attention, sweep, n, d, timing.median(), timing.millis().length, bytes);
    }
  }
}
