package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.train.optimize.LambConfig.Option;
import java.util.List;

/**
 * LAMB (arXiv 1904.00962) as timm computes it. In step t, with gradient g of all parameters together:
 * <pre>
 * g = g / max(1, |g| / maxNorm)
 * m, v                                            as in {@link AdamW}: exp_avg, exp_avg_sq
 * u = m / (1 - beta1^t) / (sqrt(v) / sqrt(1 - beta2^t) + epsilon) + weightDecay * p
 * p = p - lr * |p| / |u| * u                      norms of one parameter's values and update
 * </pre>
 * The trust ratio |p| / |u| is 1 where one of the norms is 0, and for parameters without weight decay unless
 * {@link Option#ALWAYS_ADAPT} is set. Computed in double, stored as float.
 */
public final class Lamb extends GroupOptimizer {

  private final LambConfig config;

  /**
   * Working on several threads, an engine's for instance, which stay the caller's.
   *
   * @throws IllegalArgumentException when a parameter is in two groups or there is none
   */
  public Lamb(List<ParameterGroup> groups, LambConfig config, Workers workers) {
    this(Tiles.of(groups), config, workers);
  }

  Lamb(Tiles tiles, LambConfig config, Workers workers) {
    super(tiles, workers, Moments.NAMES);
    this.config = config;
  }

  @Override
  void update(double learningRate, double gradientNorm) {
    double longest = config.maxNorm().orElse(Double.POSITIVE_INFINITY);
    double factor = 1 / Math.max(1, gradientNorm / longest);
    double share = config.has(Option.GRADIENT_AVERAGING) ? 1 - config.beta1() : 1;
    Moments moments = new Moments(config.beta1(), share, config.beta2());
    boolean corrected = config.has(Option.BIAS_CORRECTION);
    double rate = corrected ? 1 / (1 - Math.pow(config.beta1(), steps())) : 1;
    double scale = corrected ? 1 / Math.sqrt(1 - Math.pow(config.beta2(), steps())) : 1;
    double[] valueParts = new double[tiles().count()];
    double[] updateParts = new double[tiles().count()];
    forEachTile((tile, memory) -> {
      moments.update(tile, memory, factor);
      double[] p = tile.read(tile.slot().tensor().value(), memory, Moments.FREE);
      double[] u = direction(tile, memory, p, rate, scale);
      valueParts[tile.index()] = Norm.EUCLIDEAN.part(p, tile.length());
      updateParts[tile.index()] = Norm.EUCLIDEAN.part(u, tile.length());
    });
    double[] trust = trust(valueParts, updateParts);
    forEachTile((tile, memory) -> {
      Moments.read(tile, memory);
      Values values = tile.slot().tensor().value();
      double[] p = tile.read(values, memory, Moments.FREE);
      double[] u = direction(tile, memory, p, rate, scale);
      double step = learningRate * tile.slot().rateScale() * trust[tile.slot().index()];
      for (int i = 0; i < tile.length(); i++) {
        p[i] -= step * u[i];
      }
      tile.write(values, p, memory);
    });
  }

  /** Adam's update and the weight decay, in place of m. */
  private double[] direction(Tiles.Tile tile, TileMemory memory, double[] p, double rate, double scale) {
    double[] m = memory.doubles(Moments.FIRST);
    double[] v = memory.doubles(Moments.SECOND);
    double decay = tile.slot().weightDecay();
    for (int i = 0; i < tile.length(); i++) {
      m[i] = m[i] * rate / (Math.sqrt(v[i]) * scale + config.epsilon()) + decay * p[i];
    }
    return m;
  }

  /** The trust ratio of each parameter, from the sums of its tiles. */
  private double[] trust(double[] valueParts, double[] updateParts) {
    int slots = tiles().slots().size();
    double[] values = new double[slots];
    double[] updates = new double[slots];
    for (int i = 0; i < valueParts.length; i++) {
      int slot = tiles().tile(i).slot().index();
      values[slot] += valueParts[i];
      updates[slot] += updateParts[i];
    }
    double[] trust = new double[slots];
    for (int slot = 0; slot < slots; slot++) {
      boolean adapts = tiles().slots().get(slot).weightDecay() != 0 || config.has(Option.ALWAYS_ADAPT);
      double ratio = adapts && values[slot] > 0 && updates[slot] > 0
          ? Math.sqrt(values[slot] / updates[slot]) : 1;
      trust[slot] = adapts && config.has(Option.TRUST_CLIP) ? Math.min(1, ratio) : ratio;
    }
    return trust;
  }
}
