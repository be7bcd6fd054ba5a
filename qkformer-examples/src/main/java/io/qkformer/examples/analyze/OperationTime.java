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
  private final List<Double> millis = new ArrayList<>();

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

  /** One run more that is not timed, and timed ones for so many seconds, at least two. */
  void measure(double seconds, Engine engine) {
    try (AttentionInputs inputs = attention.inputs(1, tokens, width)) {
      run(inputs, engine);
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
    return millis.size();
  }

  /** The median of the timed runs, in milliseconds; the lower one of the middle two. */
  double median() {
    return millis.stream().sorted().skip((millis.size() - 1) / 2).findFirst().orElseThrow();
  }
}
