package io.qkformer.train.analysis;

import io.qkformer.train.analysis.LayerOperations.Needs;

/**
 * What operations cost.
 *
 * @param multiplyAccumulate picojoules of a float32 multiplication and addition
 * @param accumulate         picojoules of a float32 addition
 */
public record EnergyCost(double multiplyAccumulate, double accumulate) {

  /** 45 nm at 0.9 V (Horowitz 2014), the table of the spiking literature: 3.7 pJ + 0.9 pJ, and 0.9 pJ. */
  public static final EnergyCost NM_45 = new EnergyCost(4.6, 0.9);

  /** Checks that both are positive. */
  public EnergyCost {
    if (!(multiplyAccumulate > 0) || !(accumulate > 0) || Double.isInfinite(multiplyAccumulate + accumulate)) {
      throw new IllegalArgumentException("multiplyAccumulate and accumulate must be positive picojoules, got "
          + multiplyAccumulate + " and " + accumulate);
    }
  }

  /** Picojoules of a layer as it is, for all samples. */
  public double spiking(LayerOperations layer) {
    return layer.operations() * (layer.needs() == Needs.ADDITIONS ? accumulate : multiplyAccumulate);
  }

  /** Picojoules of the layer with dense arithmetic, for all samples. */
  public double dense(LayerOperations layer) {
    return layer.dense() * multiplyAccumulate;
  }
}
