package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * AdamW (arXiv 1711.05101) as {@code torch.optim.AdamW} computes it, in float32. In step t, with gradient g:
 * <pre>
 * p = p * (1 - lr * weightDecay)
 * m = beta1 * m + (1 - beta1) * g                 exp_avg
 * v = beta2 * v + (1 - beta2) * g * g             exp_avg_sq
 * p = p - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 * All parameters count as used in each step. Results do not depend on the number of threads.
 */
public final class AdamW implements Optimizer {

  private static final String FIRST_MOMENT = ".exp_avg";
  private static final String SECOND_MOMENT = ".exp_avg_sq";

  private final AdamWConfig config;
  private final Tiles tiles;
  private final Workers workers;
  private final List<INDArray> first = new ArrayList<>();
  private final List<INDArray> second = new ArrayList<>();
  private long steps;

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
    this.config = config;
    this.workers = workers;
    this.tiles = new Tiles(groups);
    for (Tiles.Slot slot : tiles.slots()) {
      first.add(slot.parameter().value().like());
      second.add(slot.parameter().value().like());
    }
  }

  @Override
  public void step(double learningRate) {
    if (!(learningRate >= 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("learningRate must be at least 0 and finite, got " + learningRate);
    }
    GradientNorm.of(tiles, workers);
    steps++;
    double rate = learningRate / (1 - Math.pow(config.beta1(), steps));
    double scale = 1 / Math.sqrt(1 - Math.pow(config.beta2(), steps));
    List<Views> views = new ArrayList<>();
    for (Tiles.Slot slot : tiles.slots()) {
      views.add(new Views(Floats.of(slot.parameter().value()), Floats.of(slot.parameter().gradient()),
          Floats.of(first.get(slot.index())), Floats.of(second.get(slot.index())),
          (float) (1 - learningRate * slot.weightDecay())));
    }
    workers.forEach(tiles.tiles().size(), (chunk, scratch) -> {
      Tiles.Tile tile = tiles.tiles().get(chunk);
      Views view = views.get(tile.slot().index());
      int n = tile.length();
      float[] p = scratch.floats(0, Tiles.SIZE);
      float[] g = scratch.floats(1, Tiles.SIZE);
      float[] m = scratch.floats(2, Tiles.SIZE);
      float[] v = scratch.floats(3, Tiles.SIZE);
      view.gradient.read(tile.from(), g, 0, n);
      view.first.read(tile.from(), m, 0, n);
      view.second.read(tile.from(), v, 0, n);
      moments(g, m, v, n, config);
      view.first.write(tile.from(), m, 0, n);
      view.second.write(tile.from(), v, 0, n);
      view.value.read(tile.from(), p, 0, n);
      update(p, m, v, n, view.decay, (float) rate, (float) scale, (float) config.epsilon());
      view.value.write(tile.from(), p, 0, n);
    });
  }

  /** The arrays of a parameter, and what its values are multiplied by. */
  private record Views(Floats value, Floats gradient, Floats first, Floats second, float decay) {
  }

  private static void moments(float[] g, float[] m, float[] v, int n, AdamWConfig config) {
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
  private static void update(float[] p, float[] m, float[] v, int n, float decay, float rate, float scale,
      float epsilon) {
    for (int i = 0; i < n; i++) {
      float denominator = (float) Math.sqrt(v[i]) * scale + epsilon;
      p[i] = p[i] * decay - rate * m[i] / denominator;
    }
  }

  @Override
  public void clear() {
    tiles.slots().forEach(slot -> slot.parameter().clearGradient());
  }

  @Override
  public OptimizerState state() {
    return new OptimizerState(steps, moments());
  }

  private Map<String, INDArray> moments() {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    for (Tiles.Slot slot : tiles.slots()) {
      tensors.put(slot.name() + FIRST_MOMENT, first.get(slot.index()));
      tensors.put(slot.name() + SECOND_MOMENT, second.get(slot.index()));
    }
    return tensors;
  }

  @Override
  public void restore(OptimizerState state) {
    Map<String, INDArray> own = moments();
    own.forEach((name, tensor) -> requireLike(tensor, state.tensors().get(name), name));
    for (String name : state.tensors().keySet()) {
      if (!own.containsKey(name)) {
        throw new IllegalArgumentException("the state holds " + name
            + ", which is of another model or optimizer");
      }
    }
    own.forEach((name, tensor) -> tensor.assign(state.tensors().get(name)));
    steps = state.steps();
  }

  private static void requireLike(INDArray own, INDArray given, String name) {
    if (given == null) {
      throw new IllegalArgumentException("the state lacks " + name + "; is it of another model?");
    }
    if (given.dataType() != DataType.FLOAT || !Arrays.equals(given.shape(), own.shape())) {
      throw new IllegalArgumentException("expected " + name + " FLOAT " + Shapes.toString(own) + ", got "
          + given.dataType() + " " + Shapes.toString(given));
    }
  }
}
