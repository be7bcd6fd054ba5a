package io.qkformer.train.analysis;

import io.qkformer.layer.Layer;
import io.qkformer.layer.LayerObserver;
import io.qkformer.layer.Parameter;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Euclidean norms of the loss's gradients: of layers' outputs, one for each backward pass, while it is attached; and of
 * parameters ({@link #ofParameters}). Vanishing and exploding gradients show in them. Not to be shared by threads.
 */
public final class GradientMonitor implements LayerObserver {

  private static final int TILE = 1 << 14;

  private final LayerPattern pattern;
  private final Map<String, List<Double>> norms = new LinkedHashMap<>();

  /** A monitor of the layers that the pattern names. */
  public GradientMonitor(LayerPattern pattern) {
    this.pattern = pattern;
  }

  @Override
  public void gradient(String layer, INDArray gradient) {
    if (pattern.matches(layer)) {
      norms.computeIfAbsent(layer, name -> new ArrayList<>()).add(norm(Floats.of(gradient)));
    }
  }

  /** The norms of each layer's output gradient so far, one for each backward pass, in the order of the first of them. */
  public Map<String, List<Double>> norms() {
    Map<String, List<Double>> all = new LinkedHashMap<>();
    norms.forEach((layer, values) -> all.put(layer, List.copyOf(values)));
    return Collections.unmodifiableMap(all);
  }

  /**
   * The norms of parameters' gradients as they are now: after a backward pass, before they are cleared.
   *
   * @param model   any network; {@code QKFormer} is one
   * @param pattern of the parameters' names, {@code *.weight}
   */
  public static Map<String, Double> ofParameters(Layer model, LayerPattern pattern) {
    Map<String, Double> all = new LinkedHashMap<>();
    model.visit("", (String name, Parameter parameter) -> {
      if (pattern.matches(name)) {
        all.put(name, norm(Floats.of(parameter.gradient())));
      }
    });
    return Collections.unmodifiableMap(all);
  }

  private static double norm(FloatSource values) {
    float[] tile = new float[(int) Math.min(TILE, values.length())];
    double sum = 0;
    for (long at = 0; at < values.length(); at += tile.length) {
      int n = (int) Math.min(tile.length, values.length() - at);
      values.read(at, tile, 0, n);
      for (int j = 0; j < n; j++) {
        sum += (double) tile[j] * tile[j];
      }
    }
    return Math.sqrt(sum);
  }
}
