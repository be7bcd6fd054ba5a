package io.qkformer.examples.bench;

import com.sun.management.ThreadMXBean;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Attachment;
import io.qkformer.model.QKFormer;
import io.qkformer.train.analysis.FiringMonitor;
import io.qkformer.train.analysis.LayerPattern;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What monitors cost a training step, in one run: steps of a model that no monitor is attached to, steps after one was
 * attached and closed, and steps while a monitor of all firing rates is attached, one of each in turn, in changing order,
 * so that what else the machine does falls on all alike.
 */
final class MonitorBench {

  private static final int LEAST_ROUNDS = 5;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;

  /** In which state the model is. */
  enum State {
    /** Nothing was attached since the last step of this kind: the reference. */
    NEVER_ATTACHED,
    /** A monitor was attached just before and closed. */
    CLOSED,
    /** A monitor is attached. */
    ATTACHED
  }

  private final QKFormer network;
  private final Runnable step;
  private final LongSupplier clock;
  private final Map<State, List<Double>> millis = new EnumMap<>(State.class);
  private final Map<State, Long> bytes = new EnumMap<>(State.class);
  private final Map<State, Integer> layers = new EnumMap<>(State.class);

  MonitorBench(QKFormer network, BenchInput input, Engine engine, LongSupplier clock) {
    this.network = network;
    this.step = Work.TRAIN.step(network, input, engine);
    this.clock = clock;
  }

  /**
   * Runs.
   *
   * @param warmUp seconds of untimed steps
   * @param budget seconds of timed steps, at least five of each state
   * @return a line of JSON
   */
  String measure(double warmUp, double budget) {
    long start = clock.getAsLong();
    do {
      step.run();
    } while (clock.getAsLong() - start < warmUp * NANOS_PER_SECOND);
    State[] states = State.values();
    start = clock.getAsLong();
    for (int round = 0; round < LEAST_ROUNDS || clock.getAsLong() - start < budget * NANOS_PER_SECOND; round++) {
      for (int i = 0; i < states.length; i++) {
        run(states[(i + round) % states.length]);
      }
    }
    double off = median(State.NEVER_ATTACHED);
    StringBuilder json = new StringBuilder("{");
    for (State state : states) {
      json.append(String.format(Locale.ROOT, "\"%s_median_ms\": %.3f, \"%s_ratio\": %.5f, \"%s_bytes\": %d, "
          + "\"%s_layers\": %d, ", id(state), median(state), id(state), median(state) / off, id(state), bytes.get(state),
          id(state), layers.get(state)));
    }
    return json.append("\"rounds\": ").append(millis.get(State.CLOSED).size()).append('}').toString();
  }

  private static String id(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private void run(State state) {
    FiringMonitor monitor = new FiringMonitor(LayerPattern.ALL);
    Attachment attached = state == State.NEVER_ATTACHED ? () -> { } : network.attach(monitor);
    if (state == State.CLOSED) {
      attached.close();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long start = clock.getAsLong();
    step.run();
    millis.computeIfAbsent(state, key -> new ArrayList<>()).add((clock.getAsLong() - start) / NANOS_PER_MILLI);
    // the least: the virtual machine allocates now and then for itself
    bytes.merge(state, threads.getCurrentThreadAllocatedBytes() - before, Math::min);
    layers.put(state, monitor.layers().size());
    attached.close();
  }

  private double median(State state) {
    List<Double> sorted = millis.get(state).stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
