package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.tensor.Floats;
import java.util.ArrayList;
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
   * @throws IllegalStateException when a gradient holds NaN or infinity, naming its parameter
   */
  public static double of(List<ParameterGroup> groups, Workers workers) {
    return of(new Tiles(groups), workers);
  }

  static double of(Tiles tiles, Workers workers) {
    List<Floats> gradients = new ArrayList<>();
    tiles.slots().forEach(slot -> gradients.add(Floats.of(slot.parameter().gradient())));
    double[] partial = new double[tiles.tiles().size()];
    workers.forEach(partial.length, (chunk, scratch) -> {
      Tiles.Tile tile = tiles.tiles().get(chunk);
      float[] values = scratch.floats(0, Tiles.SIZE);
      gradients.get(tile.slot().index()).read(tile.from(), values, 0, tile.length());
      partial[chunk] = squares(values, tile.length());
    });
    double sum = 0;
    for (int i = 0; i < partial.length; i++) {
      // squares of finite floats cannot overflow a double
      if (!Double.isFinite(partial[i])) {
        throw new IllegalStateException("the gradient of " + tiles.tiles().get(i).slot().name()
            + " holds NaN or infinity; the training diverged: go back to the last checkpoint and lower the "
            + "learning rate or clip gradients");
      }
      sum += partial[i];
    }
    return Math.sqrt(sum);
  }

  /** Four sums at a time: each addition waits for the one before it. */
  private static double squares(float[] values, int n) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i <= n - 4; i += 4) {
      a += (double) values[i] * values[i];
      b += (double) values[i + 1] * values[i + 1];
      c += (double) values[i + 2] * values[i + 2];
      d += (double) values[i + 3] * values[i + 3];
    }
    for (; i < n; i++) {
      a += (double) values[i] * values[i];
    }
    return a + b + (c + d);
  }
}
