package io.qkformer.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The containers that a pickle holds. Scalars are Java's own: null, Boolean, Long, BigInteger, Double,
 * String, byte[].
 *
 * <p>All compare by identity and print no content, so that structures which contain themselves, or which
 * share parts exponentially often, cost nothing: nobody walks them.
 */
sealed interface PickleValue {
  /** A tuple. */
  final class Tuple implements PickleValue {
    private final List<Object> items;

    /** Takes the list over. */
    Tuple(List<Object> items) {
      this.items = items;
    }

    List<Object> items() {
      return items;
    }
  }

  /** A list or a set. */
  final class Sequence implements PickleValue {
    private final List<Object> items = new ArrayList<>(0);

    void addAll(Collection<Object> added) {
      items.addAll(added);
    }

    List<Object> items() {
      return items;
    }
  }

  /** A dictionary of any class. Scalar keys compare by value, all others by identity. */
  final class Dict implements PickleValue {
    private final Map<Object, Object> entries = new LinkedHashMap<>();

    void put(Object key, Object value) {
      entries.put(key, value);
    }

    Object get(String key) {
      return entries.get(key);
    }

    Set<Map.Entry<Object, Object>> entries() {
      return entries.entrySet();
    }
  }

  /** An object of a class on the list: a name, and data that nobody looks at. */
  final class Inert implements PickleValue {
    private final String className;

    Inert(String className) {
      this.className = className;
    }

    @Override
    public String toString() {
      return className;
    }
  }
}
