package io.qkformer.train.recipe;

import java.util.List;

/**
 * A key of recipes.
 *
 * @param name    as recipes are written, with underscores
 * @param type    what it takes
 * @param aliases other names for the same
 */
record Key<T>(String name, Type<T> type, List<String> aliases) {

  static <T> Key<T> of(String name, Type<T> type, String... aliases) {
    return new Key<>(name, type, List.of(aliases));
  }
}
