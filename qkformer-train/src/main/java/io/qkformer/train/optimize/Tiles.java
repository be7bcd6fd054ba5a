package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.layer.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of groups cut into tiles that fit the caches. The partition depends on the sizes alone, so
 * that sums over tiles do not depend on the number of threads.
 */
final class Tiles {

  /** Largest number of values of a tile: four arrays of it fit a core's caches. */
  static final int SIZE = 1 << 12;

  /**
   * A tensor of a group, with its place.
   *
   * @param weightDecay of its group
   * @param rateScale   what its group multiplies the learning rate by
   */
  record Slot(int index, String name, Trained tensor, double weightDecay, double rateScale) {
  }

  /** Values [from, from + length) of a tensor; {@code index} counts the tiles of all tensors. */
  record Tile(int index, Slot slot, long from, int length) {

    double[] read(Values values, TileMemory memory, int at) {
      double[] target = memory.doubles(at);
      values.read(from, target, length, memory);
      return target;
    }

    /** The floats themselves. */
    float[] read(Values.FloatValues values, TileMemory memory, int at) {
      float[] target = memory.singles(at);
      values.floats().read(from, target, 0, length);
      return target;
    }

    void write(Values.FloatValues values, float[] source) {
      values.floats().write(from, source, 0, length);
    }

    void write(Values values, double[] source, TileMemory memory) {
      values.write(from, source, length, memory);
    }
  }

  /** The work on one tile. */
  @FunctionalInterface
  interface Work {
    void on(Tile tile, TileMemory memory);
  }

  private final List<Slot> slots;
  private final List<Tile> tiles = new ArrayList<>();
  private final ThreadLocal<TileMemory> memory = ThreadLocal.withInitial(TileMemory::new);

  private Tiles(List<Slot> slots) {
    this.slots = List.copyOf(slots);
    if (slots.isEmpty()) {
      throw new IllegalArgumentException("groups must hold at least one parameter, got none");
    }
    for (Slot slot : slots) {
      long count = slot.tensor().value().count();
      for (long from = 0; from < count; from += SIZE) {
        tiles.add(new Tile(tiles.size(), slot, from, (int) Math.min(SIZE, count - from)));
      }
    }
  }

  /** Cuts tensors whose slots are numbered from 0 on. */
  static Tiles ofSlots(List<Slot> slots) {
    return new Tiles(slots);
  }

  /**
   * Cuts the parameters of groups.
   *
   * @throws IllegalArgumentException when a name or a parameter comes twice, or there are none
   */
  static Tiles of(List<ParameterGroup> groups) {
    Map<String, Parameter> seen = new LinkedHashMap<>();
    List<Slot> slots = new ArrayList<>();
    for (ParameterGroup group : groups) {
      group.parameters().forEach((name, parameter) -> {
        // a parameter has no equals of its own, so this finds the same one under another name
        if (seen.containsKey(name) || seen.containsValue(parameter)) {
          throw new IllegalArgumentException("parameter " + name
              + " comes twice; each must be in one group only");
        }
        seen.put(name, parameter);
        slots.add(new Slot(slots.size(), name, new TrainedParameter(parameter), group.weightDecay(),
            group.rateScale()));
      });
    }
    return new Tiles(slots);
  }

  List<Slot> slots() {
    return slots;
  }

  int count() {
    return tiles.size();
  }

  Tile tile(int index) {
    return tiles.get(index);
  }

  /** Does some work on each tile. */
  void forEach(Workers workers, Work work) {
    workers.forEach(tiles.size(), (chunk, scratch) -> work.on(tiles.get(chunk), memory.get()));
  }
}
