package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.tensor.Shapes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the optimizers have in common: groups, the state and its names, and the check that all gradients are
 * finite before anything changes. Results do not depend on the number of threads.
 */
abstract sealed class GroupOptimizer implements Optimizer permits AdamW, Lamb, Sgd {

  private final Tiles tiles;
  private final Workers workers;
  private final List<String> stateNames;
  private long steps;

  /**
   * An optimizer of tiles.
   *
   * @param stateNames what is remembered of each parameter, under PyTorch's names
   */
  GroupOptimizer(Tiles tiles, Workers workers, List<String> stateNames) {
    this.tiles = tiles;
    this.workers = workers;
    this.stateNames = stateNames;
  }

  @Override
  public final void step(double learningRate) {
    if (!(learningRate >= 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("learningRate must be at least 0 and finite, got " + learningRate);
    }
    double norm = GradientNorm.of(tiles, Norm.EUCLIDEAN, workers);
    steps++;
    update(learningRate, norm);
  }

  /**
   * Moves the parameters.
   *
   * @param learningRate of groups whose scale is 1
   * @param gradientNorm the Euclidean norm of all gradients together
   */
  abstract void update(double learningRate, double gradientNorm);

  /** How many steps were begun, the running one included. */
  final long steps() {
    return steps;
  }

  final Tiles tiles() {
    return tiles;
  }

  final void forEachTile(Tiles.Work work) {
    tiles.forEach(workers, work);
  }

  @Override
  public final void clear() {
    List<Tiles.Slot> slots = tiles.slots();
    workers.forEach(slots.size(), (index, scratch) -> slots.get(index).tensor().clearGradient());
  }

  @Override
  public final OptimizerState state() {
    return new OptimizerState(steps, arrays());
  }

  private Map<String, INDArray> arrays() {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    for (Tiles.Slot slot : tiles.slots()) {
      for (String what : stateNames) {
        tensors.put(slot.name() + "." + what, ((TrainedParameter) slot.tensor()).array(what));
      }
    }
    return tensors;
  }

  @Override
  public final void restore(OptimizerState state) {
    Map<String, INDArray> own = arrays();
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
      throw new IllegalArgumentException("the state lacks " + name
          + "; is it of another model or optimizer?");
    }
    if (given.dataType() != DataType.FLOAT || !Arrays.equals(given.shape(), own.shape())) {
      throw new IllegalArgumentException("expected " + name + " FLOAT " + Shapes.toString(own) + ", got "
          + given.dataType() + " " + Shapes.toString(given));
    }
  }
}
