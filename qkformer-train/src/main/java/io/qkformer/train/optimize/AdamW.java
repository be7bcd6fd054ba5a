package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import java.util.List;

/**
 * AdamW (arXiv 1711.05101) as {@code torch.optim.AdamW} computes it. In step t, with gradient g:
 * <pre>
 * p = p * (1 - lr * weightDecay)
 * m = beta1 * m + (1 - beta1) * g                 exp_avg
 * v = beta2 * v + (1 - beta2) * g * g             exp_avg_sq
 * p = p - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 * Computed in float, as PyTorch does, where the values are floats (in double it took two to three times longer), and in double
 * where a test stores doubles. All parameters count as used in each step. Results do not depend on
 * the number of threads.
 */
public final class AdamW extends GroupOptimizer {

  private final AdamWConfig config;

  /**
   * Working on the caller's thread.
   *
   * @throws IllegalArgumentException when a parameter is in two groups or there is none
   */
  public AdamW(List<ParameterGroup> groups, AdamWConfig config) {
    this(groups, config, new Workers(1));
  }

  /**
   * Working on several threads, an engine's for instance, which stay the caller's.
   *
   * @throws IllegalArgumentException when a parameter is in two groups or there is none
   */
  public AdamW(List<ParameterGroup> groups, AdamWConfig config, Workers workers) {
    this(Tiles.of(groups), config, workers);
  }

  AdamW(Tiles tiles, AdamWConfig config, Workers workers) {
    super(tiles, workers, Moments.NAMES);
    this.config = config;
  }

  @Override
  void update(double learningRate, double gradientNorm) {
    double correction = 1 - Math.pow(config.beta1(), steps());
    double scale = 1 / Math.sqrt(1 - Math.pow(config.beta2(), steps()));
    Moments moments = new Moments(config.beta1(), 1 - config.beta1(), config.beta2());
    forEachTile((tile, memory) -> {
      double rate = learningRate * tile.slot().rateScale();
      if (tile.slot().tensor().value() instanceof Values.FloatValues values) {
        updateFloats(tile, values, memory, (float) (1 - rate * tile.slot().weightDecay()), (float) (rate / correction),
            (float) scale);
        return;
      }
      moments.update(tile, memory, 1);
      double[] p = tile.read(tile.slot().tensor().value(), memory, Moments.FREE);
      move(p, memory.doubles(Moments.FIRST), memory.doubles(Moments.SECOND), tile.length(),
          1 - rate * tile.slot().weightDecay(), rate / correction, scale, config.epsilon());
      tile.write(tile.slot().tensor().value(), p, memory);
    });
  }

  private void updateFloats(Tiles.Tile tile, Values.FloatValues values, TileMemory memory, float decay, float rate,
      float scale) {
    Trained tensor = tile.slot().tensor();
    Values.FloatValues first = (Values.FloatValues) tensor.state(Moments.EXP_AVG);
    Values.FloatValues second = (Values.FloatValues) tensor.state(Moments.EXP_AVG_SQ);
    float[] m = tile.read(first, memory, Moments.FIRST);
    float[] v = tile.read(second, memory, Moments.SECOND);
    mix(tile.read((Values.FloatValues) tensor.gradient(), memory, Moments.FREE), m, v, tile.length(), config);
    tile.write(first, m);
    tile.write(second, v);
    float[] p = tile.read(values, memory, Moments.FREE);
    move(p, m, v, tile.length(), decay, rate, scale, (float) config.epsilon());
    tile.write(values, p);
  }

  private static void mix(float[] g, float[] m, float[] v, int n, AdamWConfig config) {
    float beta1 = (float) config.beta1();
    float beta2 = (float) config.beta2();
    float rest1 = (float) (1 - config.beta1());
    float rest2 = (float) (1 - config.beta2());
    for (int i = 0; i < n; i++) {
      m[i] = beta1 * m[i] + rest1 * g[i];
    }
    for (int i = 0; i < n; i++) {
      v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
    }
  }

  /** Alone in its method: a longer one loses its vector instructions. */
  private static void move(float[] p, float[] m, float[] v, int n, float decay, float rate, float scale, float epsilon) {
    for (int i = 0; i < n; i++) {
      float denominator = (float) Math.sqrt(v[i]) * scale + epsilon;
      p[i] = p[i] * decay - rate * m[i] / denominator;
    }
  }

  /** Alone in its method: a longer one loses its vector instructions. */
  private static void move(double[] p, double[] m, double[] v, int n, double decay, double rate, double scale,
      double epsilon) {
    for (int i = 0; i < n; i++) {
      p[i] = p[i] * decay - rate * m[i] / (Math.sqrt(v[i]) * scale + epsilon);
    }
  }
}
