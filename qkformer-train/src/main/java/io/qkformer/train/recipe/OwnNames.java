package io.qkformer.train.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From keys as they were spelt to their own names. timm's dumps of its arguments hold several spellings of one key, most
 * of them without a value: {@code img_size} and {@code input_size}, {@code data}, {@code data_dir} and {@code dataset}.
 */
final class OwnNames {

  /** A name of {@code dataset}; in timm's script the positional folder. */
  private static final String DATA = "data";

  private OwnNames() {
  }

  /** The own name of an entry's key. */
  static String of(Entry entry) {
    return Keys.find(entry.key()).orElseThrow(() -> new RecipeException(entry.place() + ": unknown key "
        + entry.key() + Keys.nearest(entry.key()).map(known -> "; did you mean " + known + "?")
            .orElse("; docs/recipes.md lists the keys")));
  }

  /**
   * The entries of a file by their keys' own names. Of two spellings of a key the one with a value counts.
   *
   * @param name of the recipe, for messages
   * @throws RecipeException when nobody knows a key, one comes twice, or two spellings of it have different values
   */
  static Map<String, Entry> of(String name, List<Entry> written) {
    boolean hasDataset = written.stream().anyMatch(entry -> spelt(entry).equals(DataKeys.DATASET.name()));
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Entry entry : written) {
      String own = hasDataset && isFolder(entry) ? DataKeys.DATA_DIR.name() : of(entry);
      Entry earlier = entries.putIfAbsent(own, entry);
      if (earlier != null) {
        entries.put(own, one(name, own, earlier, entry));
      }
    }
    return entries;
  }

  private static String spelt(Entry entry) {
    return entry.key().replace('-', '_');
  }

  /** Whether this is timm's positional argument, where the data lies: next to it {@code dataset} names the data. */
  private static boolean isFolder(Entry entry) {
    return spelt(entry).equals(DATA) && entry.value().isScalar() && !entry.value().isNone()
        && !DataKeys.isDataset(entry.value());
  }

  private static Entry one(String name, String own, Entry earlier, Entry later) {
    boolean isOneSpelling = spelt(earlier).equals(spelt(later));
    if (!isOneSpelling && (later.value().isNone() || isSame(name, own, earlier, later))) {
      return earlier;
    }
    if (!isOneSpelling && earlier.value().isNone()) {
      return later;
    }
    throw new RecipeException(later.place() + ": " + later.key() + ": expected each key once, got it as "
        + earlier.key() + " at " + earlier.place() + " already");
  }

  private static boolean isSame(String name, String own, Entry earlier, Entry later) {
    return !earlier.value().isNone() && Keys.get(own).filter(key -> new Values(name, Map.of(own, earlier)).find(key)
        .equals(new Values(name, Map.of(own, later)).find(key))).isPresent();
  }
}
