package io.qkformer.train.optimize;

import io.qkformer.tensor.RandomStream;
import io.qkformer.tensor.Shapes;
import java.util.Collections;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mixup (arXiv 1710.09412) as timm does it: sample i of a batch is mixed with sample B-1-i, by one share for
 * the whole batch, drawn from Beta(alpha, alpha). The images are mixed by {@link #mixInPlace}, their targets
 * by {@link SoftTargets#mixedWithReversed}.
 *
 * <p>Differs from timm's loader, which mixes bytes and rounds: here normalised floats are mixed. An odd batch
 * is allowed; its middle sample stays what it is.
 *
 * @param alpha       of the Beta distribution, above 0; small: mostly nearly pure samples; 1: uniform
 * @param probability of mixing a batch at all, in [0, 1]
 */
public record Mixup(double alpha, double probability) {

  private static final String PURPOSE = "mixup";

  /** Checks each value. */
  public Mixup {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha must be above 0 and finite, got " + alpha);
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be in [0, 1], got " + probability);
    }
  }

  /**
   * The share of a sample itself in the batch of a step, in [0, 1]; 1 when that batch is not mixed.
   *
   * @param step counts the batches of the whole training
   */
  public double lambda(long seed, long step) {
    RandomStream random = RandomStream.of(seed, PURPOSE, step);
    return random.nextDouble() < probability ? BetaDistribution.draw(alpha, alpha, random) : 1;
  }

  /**
   * Replaces each sample by {@code lambda * x[i] + (1 - lambda) * x[B-1-i]}.
   *
   * @param x      FLOAT {@code [T0, B, H, W, C]}, contiguous in C order; overwritten
   * @param lambda the share of the sample itself, in [0, 1]
   * @throws IllegalArgumentException when x is not such an array or lambda is outside [0, 1]
   */
  public static void mixInPlace(INDArray x, double lambda) {
    MixingPlan.requireShare(lambda);
    if (x.rank() != 5) {
      throw new IllegalArgumentException("expected [T0, B, H, W, C], got " + Shapes.toString(x));
    }
    new MixingPlan(Collections.nCopies((int) x.size(1), MixingPlan.Sample.mixup(lambda))).applyTo(x);
  }
}
