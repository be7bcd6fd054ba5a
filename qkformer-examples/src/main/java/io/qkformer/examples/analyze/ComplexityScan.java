package io.qkformer.examples.analyze;

import io.qkformer.examples.analyze.ComplexityPoint.Sweep;
import io.qkformer.kernel.Engine;
import java.util.ArrayList;
import java.util.Collections;
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
 * @param seconds    of timed runs for each point, at least twice as many runs as rounds; and of each warm-up, which
 *                   comes before the timing of any point
 */
record ComplexityScan(List<Integer> tokens, List<Integer> widths, int baseWidth, int baseTokens, int heads,
    double seconds) {

  /** Each point is timed so often, with all others in between. */
  static final int ROUNDS = 5;

  /** Checks the sizes. */
  ComplexityScan {
    tokens = sizes("--tokens", tokens);
    widths = sizes("--widths", widths);
    if (baseWidth < 1 || baseTokens < 1) {
      throw new IllegalArgumentException("--width and --at-tokens must be at least 1, got " + baseWidth + " and "
          + baseTokens);
    }
    if (!(seconds >= 0 && seconds < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("--seconds must be at least 0, got " + seconds);
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

  /** A point whose bytes are known and whose runs are being timed. */
  private record Timed(ComparedAttention attention, Sweep sweep, int tokens, int width, long bytes, OperationTime time) {

    ComplexityPoint point() {
      return new ComplexityPoint(attention, sweep, tokens, width, time.median(), time.runs(), bytes);
    }
  }

  /**
   * Measures all: first every point's bytes; then each operation is run until it is compiled, and every point is timed, in
   * {@value #ROUNDS} rounds over all of them.
   *
   * @param progress is told what comes next
   */
  List<ComplexityPoint> measure(Consumer<String> progress) {
    List<Timed> points = new ArrayList<>();
    for (ComparedAttention attention : ComparedAttention.values()) {
      progress.accept("memory of " + attention);
      // the first measurement of an operation counts what its classes allocate when they start
      OperationMemory.bytes(attention, 1, 2, baseWidth, heads);
      tokens.forEach(n -> points.add(point(attention, Sweep.TOKENS, n, baseWidth)));
      widths.forEach(d -> points.add(point(attention, Sweep.WIDTH, baseTokens, d)));
    }
    try (Engine engine = Engine.create(1)) {
      for (ComparedAttention attention : ComparedAttention.values()) {
        progress.accept("warming up " + attention);
        new OperationTime(attention, baseTokens, baseWidth, heads).warmUp(seconds, engine);
      }
      for (int round = 1; round <= ROUNDS; round++) {
        progress.accept("timing, round " + round + " of " + ROUNDS);
        // there and back: no point is always the first one behind the warm-up, or behind the same neighbour
        List<Timed> order = new ArrayList<>(points);
        if (round % 2 == 0) {
          Collections.reverse(order);
        }
        order.forEach(point -> point.time().measure(seconds / ROUNDS, engine));
      }
    }
    return points.stream().map(Timed::point).toList();
  }

  private Timed point(ComparedAttention attention, Sweep sweep, int n, int d) {
    return new Timed(attention, sweep, n, d, OperationMemory.bytes(attention, 1, n, d, heads),
        new OperationTime(attention, n, d, heads));
  }
}
