package io.qkformer.train.optimize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Smaller learning rates for earlier layers, for fine-tuning (BEiT, arXiv 2106.08254): layer i of L is
 * trained at {@code factor^(L - 1 - i)} times the schedule's rate. timm's {@code layer_decay}, {@code
 * layer_decay_min_scale}.
 *
 * @param factor   above 0, at most 1
 * @param layers   what counts as a layer
 * @param minScale the least scale, in [0, 1]
 */
public record LayerDecay(double factor, Layers layers, double minScale) {

  /** What counts as a layer. */
  public enum Layers {
    /** Each patch embedding and each block, in the order of computation; the head is the last. */
    BLOCKS,
    /**
     * The reference's ImageNet code: patch embeddings and stages 1 and 2 are one layer, as many layers from
     * the end as stage 3 has blocks, and one; stage 3 and the head are at the full rate.
     */
    REFERENCE
  }

  /** Checks each value. */
  public LayerDecay {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException("layerDecay must be above 0 and at most 1, got " + factor);
    }
    if (layers == null) {
      throw new IllegalArgumentException("layers must be BLOCKS or REFERENCE, got null");
    }
    if (!(minScale >= 0 && minScale <= 1)) {
      throw new IllegalArgumentException("minScale must be in [0, 1], got " + minScale);
    }
  }

  /** By blocks, without a least scale. */
  public static LayerDecay ofBlocks(double factor) {
    return new LayerDecay(factor, Layers.BLOCKS, 0);
  }

  /** The scale of each parameter's learning rate, by its name; all of the model's names are needed. */
  Map<String, Double> scales(List<String> names) {
    List<ModelOrder> order = new ArrayList<>(new TreeSet<>(names.stream().map(ModelOrder::of).toList()));
    long lastStage = order.stream().filter(place -> place.stage() == 3 && place.part() > 0).count();
    Map<String, Double> scales = new LinkedHashMap<>();
    for (String name : names) {
      ModelOrder place = ModelOrder.of(name);
      long distance = switch (layers) {
        case BLOCKS -> order.size() - 1 - order.indexOf(place);
        case REFERENCE -> isEarly(place) ? lastStage + 1 : 0;
      };
      scales.put(name, Math.max(minScale, Math.pow(factor, distance)));
    }
    return scales;
  }

  private static boolean isEarly(ModelOrder place) {
    return place.stage() <= 2 || place.stage() == 3 && place.part() == 0;
  }
}
