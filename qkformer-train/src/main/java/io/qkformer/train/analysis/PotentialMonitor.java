package io.qkformer.train.analysis;

import io.qkformer.kernel.KernelProvider;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.layer.Firing;
import io.qkformer.layer.LayerObserver;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Histograms of membrane potentials before the reset, H of eq. 1, per neuron layer, over all passes that it sees. A pass
 * does not store them: they are computed again from current and step, which costs about what the neuron does. Not to be
 * shared by threads.
 */
public final class PotentialMonitor implements LayerObserver {

  private static final int TILE = 1 << 13;

  private static final class Bins {
    final long[] counts;
    long below;
    long above;

    Bins(int bins) {
      counts = new long[bins];
    }
  }

  private final LayerPattern pattern;
  private final double from;
  private final double to;
  private final int bins;
  private final Kernels kernels = KernelProvider.portable();
  private final Map<String, Bins> layers = new LinkedHashMap<>();

  /**
   * A monitor of the layers that the pattern names.
   *
   * @param from lower end of the first bin
   * @param to   upper end of the last one
   * @param bins how many
   * @throws IllegalArgumentException unless {@code from < to} and there is a bin
   */
  public PotentialMonitor(LayerPattern pattern, double from, double to, int bins) {
    new Histogram(from, to, new long[Math.max(0, bins)], 0, 0);
    this.pattern = pattern;
    this.from = from;
    this.to = to;
    this.bins = bins;
  }

  @Override
  public void fired(String layer, Firing firing) {
    if (!pattern.matches(layer)) {
      return;
    }
    Bins seen = layers.computeIfAbsent(layer, name -> new Bins(bins));
    long neurons = firing.current().length() / firing.inputSteps();
    for (long at = 0; at < neurons; at += TILE) {
      add(firing, at, (int) Math.min(TILE, neurons - at), neurons, seen);
    }
  }

  private void add(Firing firing, long at, int n, long neurons, Bins seen) {
    NeuronStep step = firing.step();
    float[] current = new float[n];
    float[] membrane = new float[n];
    float[] potential = new float[n];
    float[] spikes = new float[n];
    Arrays.fill(membrane, step.resetTo());
    int steps = (int) firing.spikes().size(0);
    for (int t = 0; t < steps; t++) {
      if (t < firing.inputSteps()) {
        firing.current().read(t * neurons + at, current, 0, n);
      }
      kernels.fire(step, current, 0, membrane, potential, 0, spikes, 0, n);
      for (float value : potential) {
        count(value, seen);
      }
    }
  }

  private void count(float value, Bins seen) {
    int bin = (int) Math.floor((value - from) / (to - from) * bins);
    if (bin < 0) {
      seen.below++;
    } else if (bin >= bins) {
      seen.above++;
    } else {
      seen.counts[bin]++;
    }
  }

  /** What was seen so far, in the order of computation. */
  public Map<String, Histogram> histograms() {
    Map<String, Histogram> all = new LinkedHashMap<>();
    layers.forEach((layer, seen) -> all.put(layer, new Histogram(from, to, seen.counts.clone(), seen.below,
        seen.above)));
    return Collections.unmodifiableMap(all);
  }
}
