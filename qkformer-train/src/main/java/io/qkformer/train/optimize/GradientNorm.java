package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import java.util.List;

/**
 * The length of the gradient: of all parameters' gradients as one vector, PyTorch's {@code clip_grad_norm_}.
 */
public final class GradientNorm {

  private GradientNorm() {
  }

  /**
   * The Euclidean norm, summed in double; the same for any number of threads.
   *
   * @throws NonFiniteException when a gradient holds NaN or infinity, naming its parameter
   */
  public static double of(List<ParameterGroup> groups, Workers workers) {
    return of(groups, Norm.EUCLIDEAN, workers);
  }

  /**
   * Any norm.
   *
   * @throws NonFiniteException when a gradient holds NaN or infinity, naming its parameter
   */
  public static double of(List<ParameterGroup> groups, Norm norm, Workers workers) {
    return of(Tiles.of(groups), norm, workers);
  }

  static double of(Tiles tiles, Norm norm, Workers workers) {
    double[] parts = new double[tiles.count()];
    tiles.forEach(workers, (tile, memory) -> {
      Values gradient = tile.slot().tensor().gradient();
      parts[tile.index()] = gradient instanceof Values.FloatValues floats
          ? norm.part(tile.read(floats, memory, 0), tile.length())
          : norm.part(tile.read(gradient, memory, 0), tile.length());
    });
    double sum = 0;
    for (int i = 0; i < parts.length; i++) {
      // squares of finite floats cannot overflow a double
      if (!Double.isFinite(parts[i])) {
        throw new NonFiniteException(NonFiniteException.Kind.GRADIENT, tiles.tile(i).slot().name(), 1);
      }
      sum = norm.plus(sum, parts[i]);
    }
    return norm.of(sum);
  }
}
