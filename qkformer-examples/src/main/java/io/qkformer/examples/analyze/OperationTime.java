package io.qkformer.examples.analyze;

import io.qkformer.examples.analyze.ComparedAttention.Operation;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * The time of one attention operation at one size, Q, K[, V] given, in evaluation: all of its runs, which may lie apart, so
 * that what else the machine does meanwhile falls on all sizes alike.
 */
final class OperationTime {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private final ComparedAttention attention;
  private final int tokens;
  private final int width;
  private final Operation operation;
  /** The runs of each round. */
  private final List<List<Double>> rounds = new ArrayList<>();

  OperationTime(ComparedAttention attention, int tokens, int width, int heads) {
    this.attention = attention;
    this.tokens = tokens;
    this.width = width;
    this.operation = attention.operation(width, heads);
  }

  /** Runs for so many seconds, at least once, without taking the time: the virtual machine compiles meanwhile. */
  void warmUp(double seconds, Engine engine) {
    try (AttentionInputs inputs = attention.inputs(1, tokens, width)) {
      long start = System.nanoTime();
      do {
        run(inputs, engine);
      } while (System.nanoTime() - start < seconds * NANOS_PER_SECOND);
    }
  }

  /**
   * Untimed runs for half of so many seconds, at least two, which bring caches and pool into their state; then timed ones
   * for so many seconds, at least two.
   */
  void measure(double seconds, Engine engine) {
    List<Double> millis = new ArrayList<>();
    rounds.add(millis);
    try (AttentionInputs inputs = attention.inputs(1, tokens, width)) {
      run(inputs, engine);
      long warm = System.nanoTime();
      do {
        run(inputs, engine);
      } while (System.nanoTime() - warm < seconds / 2 * NANOS_PER_SECOND);
      long start = System.nanoTime();
      int runs = 0;
      while (runs < 2 || System.nanoTime() - start < seconds * NANOS_PER_SECOND) {
        long before = System.nanoTime();
        run(inputs, engine);
        millis.add((System.nanoTime() - before) / NANOS_PER_MILLI);
        runs++;
      }
    }
  }

  private void run(AttentionInputs inputs, Engine engine) {
    try (Pass pass = Pass.evaluation(engine, 1)) {
      operation.attend(inputs.maps(), pass);
    }
  }

  /** How many runs were timed. */
  int runs() {
    return rounds.stream().mapToInt(List::size).sum();
  }

  /**
   * The median of the runs of a round, of the round where it is least, in milliseconds; the lower one of the middle two. A
   * busy machine makes runs longer and never shorter.
   */
  double median() {
    return rounds.stream().mapToDouble(round -> round.stream().sorted().skip((round.size() - 1) / 2).findFirst()
        .orElseThrow()).min().orElseThrow();
  }
}
