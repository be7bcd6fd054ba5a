package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.train.optimize.NonFiniteException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Looks for NaN and infinity in gradients (after the backward pass) and in values (after the step), so that a
 * training that diverged stops at once and says where. Optimizers refuse such gradients too, but know no
 * samples.
 *
 * <p>Not-a-number spreads: forwards from a weight to all that follows, backwards from a gradient to all that
 * comes before. So of several affected parameters the earliest in the order of computation is named for
 * values, the latest for gradients. Biases under a batch norm and the like come in the order of the
 * state_dict within a block.
 */
public final class FiniteGuard {

  private final Tiles tiles;
  private final Workers workers;

  /**
   * A guard of the parameters that are trained.
   *
   * @throws IllegalArgumentException when a parameter is in two groups or there is none
   */
  public FiniteGuard(List<ParameterGroup> groups, Workers workers) {
    this.tiles = Tiles.of(groups);
    this.workers = workers;
  }

  /**
   * Checks the gradients.
   *
   * @param step    which step this is, for the message
   * @param samples the step's, for the message
   * @throws NonFiniteException when one holds NaN or infinity
   */
  public void checkGradients(long step, StepSamples samples) {
    check(Kind.GRADIENT, Trained::gradient, step, samples);
  }

  /**
   * Checks the values.
   *
   * @param step    which step this is, for the message
   * @param samples the step's, for the message
   * @throws NonFiniteException when one holds NaN or infinity
   */
  public void checkWeights(long step, StepSamples samples) {
    check(Kind.WEIGHT, Trained::value, step, samples);
  }

  private void check(Kind kind, Function<Trained, Values> values, long step, StepSamples samples) {
    boolean[] bad = new boolean[tiles.count()];
    tiles.forEach(workers, (tile, memory) -> {
      double[] tileValues = tile.read(values.apply(tile.slot().tensor()), memory, 0);
      // squares of finite floats cannot overflow a double
      bad[tile.index()] = !Double.isFinite(Norm.EUCLIDEAN.part(tileValues, tile.length()));
    });
    List<String> names = new ArrayList<>();
    for (int i = 0; i < bad.length; i++) {
      String name = tiles.tile(i).slot().name();
      if (bad[i] && !names.contains(name)) {
        names.add(name);
      }
    }
    if (!names.isEmpty()) {
      throw new NonFiniteException(kind, origin(kind, names), names.size(), step, samples);
    }
  }

  private static String origin(Kind kind, List<String> names) {
    String origin = names.get(0);
    for (String name : names) {
      int order = ModelOrder.of(name).compareTo(ModelOrder.of(origin));
      if (kind == Kind.WEIGHT ? order < 0 : order >= 0) {
        origin = name;
      }
    }
    return origin;
  }
}
