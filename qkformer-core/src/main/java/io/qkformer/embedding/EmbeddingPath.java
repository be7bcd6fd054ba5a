package io.qkformer.embedding;

import io.qkformer.neuron.SpikingUnit.Pooling;
import java.util.ArrayList;
import java.util.List;

/**
 * The main path F of a patch embedding: 3x3 units one after the other, and where the shortcut leaves it.
 *
 * @param units  in their order
 * @param tap    after which unit the shortcut starts; {@link #INPUT}: at the input
 * @param stride of the shortcut's 1x1 convolution
 */
public record EmbeddingPath(List<Unit> units, int tap, int stride) {

  /** The shortcut starts at the embedding's input. */
  public static final int INPUT = -1;

  /**
   * One unit.
   *
   * @param name    its stem in the state_dict
   * @param divisor the embedding's width divided by the unit's output channels
   * @param pooling whether it halves the map
   */
  public record Unit(String name, int divisor, Pooling pooling) {
  }

  /** Where F pools (section 3.3 of the paper names both orders). */
  public enum Order {
    /** {Conv-BN-MaxPool-SN-Conv-BN-SN}: the reference's ImageNet models. */
    POOL_FIRST,
    /** {Conv-BN-SN-Conv-BN-MaxPool-SN}: the reference's CIFAR and event models. */
    POOL_LAST
  }

  /** Checks that a unit lies behind the tap and that the shortcut's stride equals what the path pools there. */
  public EmbeddingPath {
    units = List.copyOf(units);
    if (units.isEmpty() || tap < INPUT || tap >= units.size() - 1) {
      throw new IllegalArgumentException("expected at least one unit behind the tap, a tap in -1.."
          + (units.size() - 2) + ", got " + units.size() + " units and tap " + tap);
    }
    int pooled = 1;
    for (Unit unit : units.subList(tap + 1, units.size())) {
      pooled *= unit.pooling() == Pooling.MAX ? 2 : 1;
    }
    if (pooled != stride) {
      throw new IllegalArgumentException("the path pools by " + pooled + " behind the tap, the shortcut's stride is "
          + stride);
    }
  }

  /** The stem of the CIFAR models: keeps the resolution. */
  public static EmbeddingPath cifarStem() {
    return new EmbeddingPath(List.of(new Unit("proj", 2, Pooling.NONE), new Unit("proj1", 1, Pooling.NONE)), 0, 1);
  }

  /** Between the CIFAR and the ImageNet stem: half the resolution. Not in the paper; for small images on a CPU. */
  public static EmbeddingPath compactStem() {
    return new EmbeddingPath(List.of(new Unit("proj", 2, Pooling.MAX), new Unit("proj1", 1, Pooling.NONE)), 0, 1);
  }

  /** The stem of the ImageNet models: a quarter of the resolution. */
  public static EmbeddingPath imageNetStem() {
    return new EmbeddingPath(List.of(new Unit("proj", 2, Pooling.MAX), new Unit("proj1", 1, Pooling.MAX),
        new Unit("proj2", 1, Pooling.NONE)), 0, 2);
  }

  /** The stem of the event models: an eighth of the resolution. */
  public static EmbeddingPath eventStem() {
    return new EmbeddingPath(List.of(new Unit("proj", 8, Pooling.NONE), new Unit("proj1", 4, Pooling.MAX),
        new Unit("proj2", 2, Pooling.MAX), new Unit("proj3", 1, Pooling.MAX)), 1, 4);
  }

  /**
   * The embedding between two stages: half the resolution.
   *
   * @param first name of its first unit ({@code proj3}; {@code proj} in the event models)
   */
  public static EmbeddingPath stage(String first, Order order) {
    List<Unit> units = new ArrayList<>();
    units.add(new Unit(first, 1, order == Order.POOL_FIRST ? Pooling.MAX : Pooling.NONE));
    units.add(new Unit("proj4", 1, order == Order.POOL_LAST ? Pooling.MAX : Pooling.NONE));
    return new EmbeddingPath(units, INPUT, 2);
  }

  /** By how much the embedding divides height and width. */
  public int reduction() {
    int reduction = 1;
    for (Unit unit : units) {
      reduction *= unit.pooling() == Pooling.MAX ? 2 : 1;
    }
    return reduction;
  }
}
