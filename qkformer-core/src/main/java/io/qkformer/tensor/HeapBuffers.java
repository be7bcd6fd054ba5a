package io.qkformer.tensor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * Java arrays of one type that are used again. Large arrays that die young are expensive: the collector needs a whole
 * region for each and finds many of them dead only when it looks through the whole heap.
 *
 * @param <A> the type of the arrays
 */
final class HeapBuffers<A> {

  /** An array is used for less than it holds up to this many times, unless there is room for one of its own. */
  private static final int MOST_WASTE = 2;

  private final IntFunction<A> maker;
  private final ToIntFunction<A> lengthOf;
  private final TreeMap<Integer, Deque<A>> free = new TreeMap<>();
  private final Holdings holdings = new Holdings();

  HeapBuffers(IntFunction<A> maker, ToIntFunction<A> lengthOf) {
    this.maker = maker;
    this.lengthOf = lengthOf;
  }

  /** The books, in elements. */
  Holdings holdings() {
    return holdings;
  }

  /** An array of at least this length; its values are arbitrary. */
  A take(int length) {
    Map.Entry<Integer, Deque<A>> fitting = free.ceilingEntry(length);
    if (fitting != null && (fitting.getKey() / MOST_WASTE <= length || holdings.exceedsWith(length))) {
      holdings.use(fitting.getKey());
      return poll(fitting);
    }
    holdings.use(length);
    // the shortest first: they are the least likely to be long enough for others
    while (!free.isEmpty() && holdings.wantsRoomFor(length)) {
      holdings.freed(lengthOf.applyAsInt(poll(free.firstEntry())));
    }
    holdings.allocated(length);
    return maker.apply(length);
  }

  private A poll(Map.Entry<Integer, Deque<A>> entry) {
    A array = entry.getValue().pollLast();
    if (entry.getValue().isEmpty()) {
      free.remove(entry.getKey());
    }
    return array;
  }

  /** Takes an array back that {@link #take} returned. */
  void giveBack(A array) {
    int length = lengthOf.applyAsInt(array);
    holdings.unuse(length);
    free.computeIfAbsent(length, n -> new ArrayDeque<>()).addLast(array);
  }

  /** Forgets all arrays that are not in use now. */
  void clear() {
    free.forEach((length, ready) -> ready.forEach(array -> holdings.freed(length)));
    free.clear();
  }
}
