package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import java.util.List;

/**
 * Stochastic gradient descent with momentum as {@code torch.optim.SGD} computes it. In each step, with
 * gradient g:
 * <pre>
 * g = g + weightDecay * p
 * b = momentum * b + (1 - dampening) * g          momentum_buffer; in the first step b = g
 * p = p - lr * b                                  CLASSICAL
 * p = p - lr * (g + momentum * b)                 NESTEROV
 * </pre>
 * Computed in double, stored as float.
 */
public final class Sgd extends GroupOptimizer {

  private static final String BUFFER = "momentum_buffer";

  private final SgdConfig config;

  /**
   * Working on several threads, an engine's for instance, which stay the caller's.
   *
   * @throws IllegalArgumentException when a parameter is in two groups or there is none
   */
  public Sgd(List<ParameterGroup> groups, SgdConfig config, Workers workers) {
    this(Tiles.of(groups), config, workers);
  }

  Sgd(Tiles tiles, SgdConfig config, Workers workers) {
    super(tiles, workers, config.momentum() == 0 ? List.of() : List.of(BUFFER));
    this.config = config;
  }

  @Override
  void update(double learningRate, double gradientNorm) {
    boolean first = steps() == 1;
    forEachTile((tile, memory) -> {
      Trained tensor = tile.slot().tensor();
      double[] p = tile.read(tensor.value(), memory, 0);
      double[] g = tile.read(tensor.gradient(), memory, 1);
      int n = tile.length();
      addTo(g, tile.slot().weightDecay(), p, n);
      if (config.momentum() != 0) {
        double[] b = tile.read(tensor.state(BUFFER), memory, 2);
        mix(b, first ? 0 : config.momentum(), g, first ? 1 : 1 - config.dampening(), n);
        tile.write(tensor.state(BUFFER), b, memory);
        if (config.kind() == SgdConfig.Kind.NESTEROV) {
          addTo(g, config.momentum(), b, n);
        } else {
          g = b;
        }
      }
      addTo(p, -learningRate * tile.slot().rateScale(), g, n);
      tile.write(tensor.value(), p, memory);
    });
  }

  private static void addTo(double[] target, double factor, double[] source, int n) {
    for (int i = 0; i < n; i++) {
      target[i] += factor * source[i];
    }
  }

  private static void mix(double[] target, double own, double[] source, double other, int n) {
    for (int i = 0; i < n; i++) {
      target[i] = own * target[i] + other * source[i];
    }
  }
}
