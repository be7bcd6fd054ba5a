package io.qkformer.train.optimize;

import java.util.Optional;

/**
 * How a model's parameters are trained differently.
 *
 * @param weightDecay of those that decay, at least 0
 * @param noDecay     those that do not
 * @param layerDecay  smaller rates for earlier layers, if any
 * @param frozen      those that are not trained: they get no step and no decay. Batch norms in frozen layers
 *                    still gather statistics in training passes
 */
public record Grouping(double weightDecay, NoDecayRule noDecay, Optional<LayerDecay> layerDecay,
    NamePatterns frozen) {

  /** timm's: no decay for vectors, scalars and biases. */
  public static Grouping timm(double weightDecay) {
    return new Grouping(weightDecay, NoDecayRule.timm(), Optional.empty(), NamePatterns.NONE);
  }

  /** The same with smaller rates for earlier layers. */
  public Grouping withLayerDecay(LayerDecay decay) {
    return new Grouping(weightDecay, noDecay, Optional.of(decay), frozen);
  }

  /** The same with these parameters frozen. */
  public Grouping freezing(NamePatterns names) {
    return new Grouping(weightDecay, noDecay, layerDecay, names);
  }
}
