package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import java.util.List;

/**
 * Bounds gradients, between the backward pass and the step: timm's {@code clip_grad} and {@code clip_mode}.
 *
 * @param mode  what is bounded
 * @param limit the bound, above 0
 * @param norm  how lengths are measured; not used by {@link Mode#VALUE}
 */
public record GradientClipping(Mode mode, double limit, Norm norm) {

  /** timm's {@code clip_mode}. */
  public enum Mode {
    /** All gradients together are shortened to a length, keeping their direction: {@code clip_grad_norm_}. */
    NORM("maxNorm"),
    /** Each value is brought into [-limit, limit]: {@code clip_grad_value_}. */
    VALUE("maxValue"),
    /**
     * The gradient of each unit (output channel; all of a vector) is shortened to a share of the unit's
     * values: adaptive gradient clipping (arXiv 2102.06171), timm's {@code adaptive_clip_grad}. timm leaves
     * the classifier out: take the groups without it.
     */
    AGC("factor");

    private final String limitName;

    Mode(String limitName) {
      this.limitName = limitName;
    }
  }

  /** PyTorch's guard against dividing by zero. */
  private static final double GUARD = 1e-6;

  /** Checks the limit. */
  public GradientClipping {
    if (!(limit > 0 && limit < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(mode.limitName + " must be above 0 and finite, got " + limit);
    }
    if (norm == null) {
      throw new IllegalArgumentException("norm must be given, got null; take Norm.EUCLIDEAN");
    }
  }

  /** Clips the Euclidean norm of all gradients together. */
  public static GradientClipping byNorm(double maxNorm) {
    return new GradientClipping(Mode.NORM, maxNorm, Norm.EUCLIDEAN);
  }

  /** Clips each value. */
  public static GradientClipping byValue(double maxValue) {
    return new GradientClipping(Mode.VALUE, maxValue, Norm.EUCLIDEAN);
  }

  /** Clips adaptively. */
  public static GradientClipping adaptive(double factor) {
    return new GradientClipping(Mode.AGC, factor, Norm.EUCLIDEAN);
  }

  /**
   * Clips. By norm, all gradients are multiplied by {@code min(1, limit / (norm + 1e-6))}.
   *
   * @return the norm of all gradients together before
   * @throws NonFiniteException when a gradient holds NaN or infinity; then nothing has changed
   */
  public double apply(List<ParameterGroup> groups, Workers workers) {
    return apply(Tiles.of(groups), workers);
  }

  double apply(Tiles tiles, Workers workers) {
    double total = GradientNorm.of(tiles, norm, workers);
    switch (mode) {
      case NORM -> {
        double factor = limit / (total + GUARD);
        if (factor < 1) {
          multiply(tiles, factor, workers);
        }
      }
      case VALUE -> clamp(tiles, workers);
      case AGC -> new UnitClipping(limit, norm).apply(tiles, workers);
    }
    return total;
  }

  private static void multiply(Tiles tiles, double factor, Workers workers) {
    tiles.forEach(workers, (tile, memory) -> {
      Values gradient = tile.slot().tensor().gradient();
      double[] values = tile.read(gradient, memory, 0);
      for (int i = 0; i < tile.length(); i++) {
        values[i] *= factor;
      }
      tile.write(gradient, values, memory);
    });
  }

  private void clamp(Tiles tiles, Workers workers) {
    tiles.forEach(workers, (tile, memory) -> {
      Values gradient = tile.slot().tensor().gradient();
      double[] values = tile.read(gradient, memory, 0);
      for (int i = 0; i < tile.length(); i++) {
        values[i] = Math.max(-limit, Math.min(limit, values[i]));
      }
      tile.write(gradient, values, memory);
    });
  }
}
