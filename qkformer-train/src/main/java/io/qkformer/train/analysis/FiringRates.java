package io.qkformer.train.analysis;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Pass;
import io.qkformer.model.ModelSummary;
import io.qkformer.model.QKFormer;
import io.qkformer.neuron.SpikingNeuron;
import io.qkformer.tensor.FloatSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How often neurons fire: spikes per neuron and time step, in [0, 1].
 *
 * @param byLayer of each neuron layer, under its name in the reference, in the order of computation
 */
public record FiringRates(Map<String, Double> byLayer) {

  private static final int TILE = 1 << 14;

  /** Copies the map; there must be a layer, and each rate in [0, 1]. */
  public FiringRates {
    byLayer = Collections.unmodifiableMap(new LinkedHashMap<>(byLayer));
    if (byLayer.isEmpty()) {
      throw new IllegalArgumentException("byLayer must name at least one layer, got none");
    }
    byLayer.forEach((name, rate) -> {
      if (!(rate >= 0 && rate <= 1)) {
        throw new IllegalArgumentException("the rate of " + name + " must be in [0, 1], got " + rate);
      }
    });
  }

  /**
   * Measures one forward pass, with T of the model's configuration.
   *
   * @param images {@code [T0, B, H, W, C]}, which stay as they are
   * @param mode   a training's moves the running statistics
   * @throws IllegalArgumentException when the images do not fit the model
   */
  public static FiringRates measure(QKFormer model, INDArray images, Mode mode, Engine engine) {
    List<String> names = model.summary().rows().stream()
        .filter(row -> row.kind().startsWith(SpikingNeuron.class.getSimpleName())).map(ModelSummary.Row::name).toList();
    List<Double> rates = new ArrayList<>();
    try (Pass pass = Pass.of(mode, engine, model.config().timeSteps())) {
      model.forward(images, pass.observe(spikes -> rates.add(mean(spikes))));
    }
    if (names.size() != rates.size()) {
      throw new IllegalStateException("the model names " + names.size() + " neuron layers, " + rates.size()
          + " were seen to fire");
    }
    Map<String, Double> byLayer = new LinkedHashMap<>();
    for (int i = 0; i < rates.size(); i++) {
      byLayer.put(names.get(i), rates.get(i));
    }
    return new FiringRates(byLayer);
  }

  private static double mean(FloatSource spikes) {
    float[] tile = new float[TILE];
    double sum = 0;
    for (long at = 0; at < spikes.length(); at += TILE) {
      int n = (int) Math.min(TILE, spikes.length() - at);
      spikes.read(at, tile, 0, n);
      for (int j = 0; j < n; j++) {
        sum += tile[j];
      }
    }
    return sum / spikes.length();
  }

  /** The mean over the layers, each counting alike. */
  public double mean() {
    return byLayer.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
