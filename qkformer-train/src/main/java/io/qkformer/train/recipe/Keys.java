package io.qkformer.train.recipe;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All keys that recipes may have. */
final class Keys {

  /** By their own names, in the order of a written recipe. */
  private static final Map<String, Key<?>> KEYS = byName(Stream.of(ModelKeys.KEYS, NeuronKeys.KEYS, DataKeys.KEYS,
      ImageKeys.KEYS, EventKeys.KEYS, BatchKeys.KEYS, ScheduleKeys.KEYS, OptimizerKeys.KEYS, MixingKeys.KEYS,
      EmaKeys.KEYS, CheckpointKeys.KEYS, RunKeys.KEYS).flatMap(Collection::stream).toList());
  /** Own names by all spellings, with underscores. */
  private static final Map<String, String> NAMES = names();

  /** Keys of which one is enough: an override of one takes the others of the file with it. */
  private static final List<List<String>> ALTERNATIVES = List.of(
      List.of("lr", "lr_base", "blr"),
      List.of("depths", "layer"),
      List.of("recompute", "grad_checkpointing"),
      List.of("initial_checkpoint", "finetune"));

  private Keys() {
  }

  private static Map<String, Key<?>> byName(List<Key<?>> keys) {
    Map<String, Key<?>> map = new LinkedHashMap<>();
    keys.forEach(key -> map.put(key.name(), key));
    return Collections.unmodifiableMap(map);
  }

  private static Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    for (Key<?> key : KEYS.values()) {
      names.put(key.name(), key.name());
      key.aliases().forEach(alias -> names.put(alias, key.name()));
    }
    InertKeys.names().forEach(name -> names.put(name, name));
    return Collections.unmodifiableMap(names);
  }

  /** The keys that mean something. */
  static Collection<Key<?>> all() {
    return KEYS.values();
  }

  /** The key of this name, if it means something. */
  static Optional<Key<?>> get(String name) {
    return Optional.ofNullable(KEYS.get(name));
  }

  /** The own name of a key as it was spelt, with dashes or underscores, if there is such a key. */
  static Optional<String> find(String spelt) {
    return Optional.ofNullable(NAMES.get(spelt.replace('-', '_')));
  }

  /** Which other keys an override of this one makes void. */
  static List<String> replacedBy(String name) {
    return name.equals(ModelKeys.MODEL.name()) ? ModelKeys.ARCHITECTURE.stream().map(Key::name).toList()
        : ALTERNATIVES.stream().filter(group -> group.contains(name)).findFirst().orElse(List.of()).stream()
            .filter(other -> !other.equals(name)).toList();
  }

  /** The known spelling that is most like an unknown one, if any is like it. */
  static Optional<String> nearest(String unknown) {
    String spelt = unknown.replace('-', '_');
    int farthest = Math.max(1, Math.min(3, spelt.length() / 3));
    return NAMES.keySet().stream().filter(name -> name.length() > 1 && distance(spelt, name) <= farthest)
        .min(Comparator.comparingInt(name -> distance(spelt, name)));
  }

  /** Levenshtein's distance: insertions, deletions and replacements of a character. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
