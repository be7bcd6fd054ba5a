package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.tensor.Floats;
import java.util.List;

/**
 * Shortens a gradient that is too long, keeping its direction: PyTorch's {@code clip_grad_norm_}. To be
 * applied between the backward pass and the step.
 *
 * @param maxNorm the longest that is left as it is, above 0
 */
public record GradientClipping(double maxNorm) {

  /** PyTorch's guard against dividing by zero. */
  private static final double GUARD = 1e-6;

  /** Checks the norm. */
  public GradientClipping {
    if (!(maxNorm > 0 && maxNorm < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("maxNorm must be above 0 and finite, got " + maxNorm);
    }
  }

  /** Clips the norm of all gradients together. */
  public static GradientClipping byNorm(double maxNorm) {
    return new GradientClipping(maxNorm);
  }

  /**
   * Multiplies all gradients by {@code min(1, maxNorm / (norm + 1e-6))}.
   *
   * @return the norm before
   * @throws IllegalStateException when a gradient holds NaN or infinity; then nothing has changed
   */
  public double apply(List<ParameterGroup> groups, Workers workers) {
    Tiles tiles = new Tiles(groups);
    double norm = GradientNorm.of(tiles, workers);
    float factor = (float) (maxNorm / (norm + GUARD));
    if (factor < 1) {
      workers.forEach(tiles.tiles().size(), (chunk, scratch) -> {
        Tiles.Tile tile = tiles.tiles().get(chunk);
        Floats gradient = Floats.of(tile.slot().parameter().gradient());
        float[] values = scratch.floats(0, Tiles.SIZE);
        gradient.read(tile.from(), values, 0, tile.length());
        for (int i = 0; i < tile.length(); i++) {
          values[i] *= factor;
        }
        gradient.write(tile.from(), values, 0, tile.length());
      });
    }
    return norm;
  }
}
