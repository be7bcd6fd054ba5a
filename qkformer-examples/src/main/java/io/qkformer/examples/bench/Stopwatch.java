package io.qkformer.examples.bench;

import io.qkformer.train.report.ProcessMemory;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** Decides how often a step runs, untimed and timed. */
final class Stopwatch {

  /** Steps of the process after which {@link #steps} looks at the resident memory for the first time. */
  static final int EARLY_STEP = 10;

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int LEAST_RUNS = 5;
  private static final int STEADY_STEPS = 3;
  private static final double STEADY = 0.05;
  /** For how long the JIT compiler must have been quiet: while it works it takes processors from the steps. */
  private static final double QUIET_SECONDS = 2;
  /** The share of that time that it may have worked. */
  private static final double QUIET = 0.03;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final LongSupplier nanoTime;
  private final LongSupplier compilerMillis;
  private final ProcessMemory memory;

  /**
   * A stopwatch with its clocks.
   *
   * @param compilerMillis for how long the JIT compiler has worked
   */
  Stopwatch(LongSupplier nanoTime, LongSupplier compilerMillis, ProcessMemory memory) {
    this.nanoTime = nanoTime;
    this.compilerMillis = compilerMillis;
    this.memory = memory;
  }

  /** For this JVM. */
  static Stopwatch own() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    boolean timed = compiler != null && compiler.isCompilationTimeMonitoringSupported();
    return new Stopwatch(System::nanoTime, timed ? compiler::getTotalCompilationTime : () -> 0, ProcessMemory.own());
  }

  /**
   * Limits of a measurement.
   *
   * @param warmUpSeconds the least warm-up; up to three times as long until three steps in a row agree within 5 % and the
   *                      JIT compiler has worked for at most 3 % of two seconds
   * @param seconds       of timed steps, of which there are at least 5
   * @param most          timed steps
   */
  record Budget(double warmUpSeconds, double seconds, int most) {

    Budget {
      if (!(warmUpSeconds >= 0) || !(seconds >= 0)) {
        throw new IllegalArgumentException("warm-up and budget must be at least 0 seconds, got " + warmUpSeconds
            + " and " + seconds);
      }
      if (most < LEAST_RUNS) {
        throw new IllegalArgumentException("most must be at least " + LEAST_RUNS + ", got " + most);
      }
    }
  }

  /** Times steps behind a warm-up that is long enough for the JVM to compile. */
  Timing within(Budget budget, Runnable step) {
    long start = nanoTime.getAsLong();
    List<WarmStep> warm = new ArrayList<>();
    while (warm.size() < STEADY_STEPS || secondsSince(start) < budget.warmUpSeconds()
        || (!(steady(warm) && quiet(warm)) && secondsSince(start) < 3 * budget.warmUpSeconds())) {
      long compiled = compilerMillis.getAsLong();
      double millis = time(step);
      warm.add(new WarmStep(millis, compilerMillis.getAsLong() - compiled));
    }
    double warmUp = secondsSince(start);
    long timed = nanoTime.getAsLong();
    List<Double> millis = new ArrayList<>();
    while (millis.size() < LEAST_RUNS
        || (secondsSince(timed) < budget.seconds() && millis.size() < budget.most())) {
      millis.add(time(step));
    }
    return new Timing(toArray(millis), warmUp, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /**
   * Runs a number of steps, the first 10 of them untimed, and looks at the resident memory behind these and at the
   * end: what grows in between is a leak.
   *
   * @throws IllegalArgumentException when fewer than 5 timed steps would be left
   */
  Timing steps(int count, Runnable step) {
    if (count < EARLY_STEP + LEAST_RUNS) {
      throw new IllegalArgumentException("steps must be at least " + (EARLY_STEP + LEAST_RUNS) + " (the first "
          + EARLY_STEP + " are not timed), got " + count);
    }
    long start = nanoTime.getAsLong();
    for (int i = 0; i < EARLY_STEP; i++) {
      step.run();
    }
    OptionalDouble early = memory.residentMb();
    double warmUp = secondsSince(start);
    double[] millis = new double[count - EARLY_STEP];
    for (int i = 0; i < millis.length; i++) {
      millis[i] = time(step);
    }
    return new Timing(millis, warmUp, early, memory.residentMb());
  }

  /** How long a step took, and for how long the JIT compiler worked meanwhile, in milliseconds. */
  private record WarmStep(double millis, double compiled) {
  }

  private static boolean steady(List<WarmStep> steps) {
    List<WarmStep> last = steps.subList(steps.size() - STEADY_STEPS, steps.size());
    double least = last.stream().mapToDouble(WarmStep::millis).min().orElseThrow();
    double most = last.stream().mapToDouble(WarmStep::millis).max().orElseThrow();
    return most <= least * (1 + STEADY);
  }

  /** Of the last steps, as many as take two seconds. */
  private static boolean quiet(List<WarmStep> steps) {
    double millis = 0;
    double compiled = 0;
    for (int i = steps.size() - 1; i >= 0 && millis < QUIET_SECONDS * MILLIS_PER_SECOND; i--) {
      millis += steps.get(i).millis;
      compiled += steps.get(i).compiled;
    }
    return compiled <= QUIET * millis;
  }

  private double time(Runnable step) {
    long start = nanoTime.getAsLong();
    step.run();
    return (nanoTime.getAsLong() - start) / NANOS_PER_MILLI;
  }

  private double secondsSince(long start) {
    return (nanoTime.getAsLong() - start) / NANOS_PER_SECOND;
  }

  private static double[] toArray(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
