package io.qkformer.examples.bench;

import com.sun.management.ThreadMXBean;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Attachment;
import io.qkformer.layer.Pass;
import io.qkformer.model.QKFormer;
import io.qkformer.train.analysis.FiringMonitor;
import io.qkformer.train.analysis.LayerPattern;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * What monitors cost a training step and an evaluation pass, in one run. A round is four steps: without a monitor, in another
 * state twice, without again (ABBA; the next round BAAB), so that what else the machine does, and a drift, falls on both
 * alike; it gives one ratio of times, and the median of all rounds' ratios is what is told ({@link PairedRatio}).
 */
final class MonitorBench {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  /** Every so many rounds, one more with a monitor that is on: that it costs something need not be measured as closely. */
  private static final int ROUNDS_PER_ATTACHED = 5;

  /** What is timed. */
  private enum Phase {
    /** Forward pass, loss, backward pass, optimizer; longer than an evaluation, so that as many rounds take longer. */
    TRAIN(2.0 / 3) {
      @Override
      Runnable step(QKFormer network, BenchInput input, Engine engine) {
        return Work.TRAIN.step(network, input, engine);
      }
    },
    /** The pass that an evaluation of an observed model runs: the inference twin has no places to look at. */
    EVALUATE(1.0 / 3) {
      @Override
      Runnable step(QKFormer network, BenchInput input, Engine engine) {
        Networks.adoptStatistics(network, input.images(), engine);
        return () -> {
          try (Pass pass = Pass.evaluation(engine, network.config().timeSteps())) {
            network.forward(input.images(), pass);
          }
        };
      }
    };

    private final double share;

    Phase(double share) {
      this.share = share;
    }

    abstract Runnable step(QKFormer network, BenchInput input, Engine engine);

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** In which state the model is. */
  private enum State {
    /** Nothing was attached since the last step of this kind: the reference. */
    NEVER_ATTACHED,
    /** A monitor was attached just before and closed: it is off. */
    CLOSED,
    /** A monitor is attached. */
    ATTACHED;

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final class Seen {
    private final List<Double> millis = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();
    private long bytes = Long.MAX_VALUE;
    private int layers;
  }

  private final QKFormer network;
  private final BenchInput input;
  private final Engine engine;
  private final LongSupplier clock;

  MonitorBench(QKFormer network, BenchInput input, Engine engine, LongSupplier clock) {
    this.network = network;
    this.input = input;
    this.engine = engine;
    this.clock = clock;
  }

  /**
   * Runs.
   *
   * @param warmUp seconds of untimed rounds, two thirds of them for the training step
   * @param budget seconds of timed rounds, likewise, at least {@value PairedRatio#LEAST_ROUNDS} of each kind
   * @return a line of JSON
   */
  String measure(double warmUp, double budget) {
    StringBuilder json = new StringBuilder("{\"batch\": ").append(input.batch()).append(", \"threads\": ")
        .append(engine.workers().threads());
    for (Phase phase : Phase.values()) {
      Runnable step = phase.step(network, input, engine);
      // the steps that warm up are in every state, too: the compiler must not learn that nobody ever looks
      rounds(step, warmUp * phase.share, 1);
      json.append(", \"").append(phase.id()).append("\": ")
          .append(json(rounds(step, budget * phase.share, PairedRatio.LEAST_ROUNDS)));
    }
    return json.append('}').toString();
  }

  private Map<State, Seen> rounds(Runnable step, double seconds, int least) {
    Map<State, Seen> seen = new EnumMap<>(State.class);
    for (State state : State.values()) {
      seen.put(state, new Seen());
    }
    long start = clock.getAsLong();
    for (int round = 0; round < least || clock.getAsLong() - start < seconds * NANOS_PER_SECOND; round++) {
      round(step, State.CLOSED, round, seen);
      if (round < least || round % ROUNDS_PER_ATTACHED == 0) {
        round(step, State.ATTACHED, seen.get(State.ATTACHED).ratios.size(), seen);
      }
    }
    return seen;
  }

  /** ABBA, or BAAB in every second round. */
  private void round(Runnable step, State other, int number, Map<State, Seen> seen) {
    State outer = number % 2 == 0 ? State.NEVER_ATTACHED : other;
    State inner = number % 2 == 0 ? other : State.NEVER_ATTACHED;
    double outerMillis = run(step, outer, seen.get(outer));
    double innerMillis = run(step, inner, seen.get(inner)) + run(step, inner, seen.get(inner));
    outerMillis += run(step, outer, seen.get(outer));
    seen.get(other).ratios.add(outer == other ? outerMillis / innerMillis : innerMillis / outerMillis);
  }

  private double run(Runnable step, State state, Seen seen) {
    FiringMonitor monitor = new FiringMonitor(LayerPattern.ALL);
    Attachment attached = state == State.NEVER_ATTACHED ? () -> { } : network.attach(monitor);
    if (state == State.CLOSED) {
      attached.close();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long start = clock.getAsLong();
    step.run();
    double millis = (clock.getAsLong() - start) / NANOS_PER_MILLI;
    // the least: the virtual machine allocates now and then for itself
    seen.bytes = Math.min(seen.bytes, threads.getCurrentThreadAllocatedBytes() - before);
    seen.millis.add(millis);
    seen.layers = monitor.layers().size();
    attached.close();
    return millis;
  }

  private static String json(Map<State, Seen> states) {
    StringBuilder json = new StringBuilder();
    states.forEach((state, seen) -> {
      json.append(json.isEmpty() ? "{" : ", ").append(String.format(Locale.ROOT,
          "\"%s\": {\"median_ms\": %.3f, \"bytes\": %d, \"layers\": %d", state.id(), median(seen.millis), seen.bytes,
          seen.layers));
      if (state != State.NEVER_ATTACHED) {
        json.append(", \"time\": ").append(PairedRatio.of(seen.ratios).toJson());
      }
      json.append('}');
    });
    return json.append('}').toString();
  }

  private static double median(List<Double> millis) {
    return new Timing(millis.stream().mapToDouble(Double::doubleValue).toArray(), 0, OptionalDouble.empty(),
        OptionalDouble.empty()).median();
  }
}
