package io.qkformer.train.optimize;

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

  /** A parameter of a group, with its place. */
  record Slot(int index, String name, Parameter parameter, double weightDecay) {
  }

  /** Values [from, from + length) of a parameter. */
  record Tile(Slot slot, long from, int length) {
  }

  private final List<Slot> slots = new ArrayList<>();
  private final List<Tile> tiles = new ArrayList<>();

  /**
   * Cuts.
   *
   * @throws IllegalArgumentException when a name or a parameter comes twice, or there are none
   */
  Tiles(List<ParameterGroup> groups) {
    Map<String, Parameter> seen = new LinkedHashMap<>();
    for (ParameterGroup group : groups) {
      group.parameters().forEach((name, parameter) -> {
        // a parameter has no equals of its own, so this finds the same one under another name
        if (seen.containsKey(name) || seen.containsValue(parameter)) {
          throw new IllegalArgumentException("parameter " + name
              + " comes twice; each must be in one group only");
        }
        seen.put(name, parameter);
        add(new Slot(slots.size(), name, parameter, group.weightDecay()));
      });
    }
    if (slots.isEmpty()) {
      throw new IllegalArgumentException("groups must hold at least one parameter, got none");
    }
  }

  private void add(Slot slot) {
    slots.add(slot);
    long count = slot.parameter().count();
    for (long from = 0; from < count; from += SIZE) {
      tiles.add(new Tile(slot, from, (int) Math.min(SIZE, count - from)));
    }
  }

  List<Slot> slots() {
    return slots;
  }

  List<Tile> tiles() {
    return tiles;
  }
}
