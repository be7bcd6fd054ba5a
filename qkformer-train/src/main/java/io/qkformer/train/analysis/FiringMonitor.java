package io.qkformer.train.analysis;

import io.qkformer.layer.Firing;
import io.qkformer.layer.Layer;
import io.qkformer.layer.LayerObserver;
import io.qkformer.tensor.Floats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Firing rates per layer, step and channel, over all passes that it sees: of neuron layers, and of what lies between an
 * attention's projections, X' ({@code .attended}). Not to be shared by threads.
 *
 * <pre>{@code
 * FiringMonitor rates = new FiringMonitor(LayerPattern.of("stage1.*_lif"));
 * Attachment attached = model.attach(rates);
 * evaluator.evaluate(model, loader, 4);
 * attached.close();
 * rates.layers().forEach(layer -> ...);
 * }</pre>
 */
public final class FiringMonitor implements LayerObserver {

  private static final class Counts {
    final long[][] nonzero;
    long samples;
    long perChannel;

    Counts(int steps, int channels) {
      nonzero = new long[steps][channels];
    }
  }

  private final LayerPattern pattern;
  private final Map<String, Counts> layers = new LinkedHashMap<>();

  /** A monitor of the layers that the pattern names. */
  public FiringMonitor(LayerPattern pattern) {
    this.pattern = pattern;
  }

  @Override
  public void fired(String layer, Firing firing) {
    if (pattern.matches(layer)) {
      add(layer, firing.spikes());
    }
  }

  @Override
  public void computed(String layer, Layer part, List<INDArray> inputs, INDArray output) {
    if (layer.endsWith(ATTENDED) && pattern.matches(layer)) {
      add(layer, output);
    }
  }

  private void add(String layer, INDArray spikes) {
    int steps = (int) spikes.size(0);
    int channels = (int) spikes.size(spikes.rank() - 1);
    Counts counts = layers.computeIfAbsent(layer, name -> new Counts(steps, channels));
    if (counts.nonzero.length != steps || counts.nonzero[0].length != channels) {
      throw new IllegalStateException(layer + " fired in " + counts.nonzero.length + " steps before and in " + steps
          + " now; use a monitor for each");
    }
    Floats values = Floats.of(spikes);
    int rows = Math.toIntExact(values.length() / steps / channels);
    float[] row = new float[channels];
    for (int t = 0; t < steps; t++) {
      long[] nonzero = counts.nonzero[t];
      for (int r = 0; r < rows; r++) {
        values.read(((long) t * rows + r) * channels, row, 0, channels);
        for (int c = 0; c < channels; c++) {
          nonzero[c] += row[c] != 0 ? 1 : 0;
        }
      }
    }
    counts.samples += spikes.size(1);
    counts.perChannel += rows;
  }

  /** What was seen so far, in the order of computation. */
  public List<LayerFiring> layers() {
    return layers.entrySet().stream().map(entry -> firing(entry.getKey(), entry.getValue())).toList();
  }

  private static LayerFiring firing(String layer, Counts counts) {
    double[][] rates = new double[counts.nonzero.length][counts.nonzero[0].length];
    for (int t = 0; t < rates.length; t++) {
      for (int c = 0; c < rates[t].length; c++) {
        rates[t][c] = (double) counts.nonzero[t][c] / counts.perChannel;
      }
    }
    return new LayerFiring(layer, counts.samples, rates);
  }
}
