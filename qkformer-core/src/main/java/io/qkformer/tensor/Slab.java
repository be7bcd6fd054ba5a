package io.qkformer.tensor;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One piece of native memory, cut into segments that are lent and join again when they are given back. */
final class Slab {

  /** Bytes of a cache line. */
  private static final long LINE = 64;
  /**
   * Arrays that are kept for each place: a steady loop asks for the same ones, and making one costs microseconds and a few
   * objects that ND4J keeps until a collection finds them.
   */
  private static final int KEPT = 8;

  private final INDArray memory;
  private final long length;
  /** Free segments: where each starts, and its length. */
  private final TreeMap<Long, Long> free = new TreeMap<>();
  /** The last arrays at each place, the latest first. */
  private final Map<Long, Deque<INDArray>> views = new HashMap<>();

  /** Memory that starts at a cache line: vectors that straddle two take twice as long. */
  Slab(long length) {
    this.length = length;
    // the longest array has no room to spare
    memory = Nd4j.createUninitializedDetached(DataType.FLOAT,
        Math.max(length, Math.min(TensorPool.MAX_LENGTH, length + LINE / Float.BYTES)));
    long start = (LINE - memory.data().address() % LINE) % LINE / Float.BYTES;
    free.put(Math.min(start, memory.length() - length), length);
  }

  /** Floats of the whole slab. */
  long length() {
    return length;
  }

  /** Whether nothing is lent. */
  boolean isIdle() {
    return !free.isEmpty() && free.firstEntry().getValue() == length();
  }

  /**
   * The start of the first free segment of so many floats, cut off it; -1 where none is long enough.
   */
  long cut(long length) {
    for (Map.Entry<Long, Long> segment : free.entrySet()) {
      long start = segment.getKey();
      long rest = segment.getValue() - length;
      if (rest >= 0) {
        free.remove(start);
        if (rest > 0) {
          free.put(start + length, rest);
        }
        return start;
      }
    }
    return -1;
  }

  /** Frees a segment and joins it with its free neighbours. */
  void join(long start, long length) {
    long from = start;
    long joined = length;
    Map.Entry<Long, Long> before = free.lowerEntry(start);
    if (before != null && before.getKey() + before.getValue() == start) {
      from = before.getKey();
      joined += before.getValue();
    }
    Long after = free.remove(start + length);
    free.put(from, joined + (after == null ? 0 : after));
  }

  /** An array in C order over a segment. */
  INDArray view(long start, long[] shape) {
    Deque<INDArray> known = views.computeIfAbsent(start, key -> new ArrayDeque<>(1));
    for (INDArray array : known) {
      if (Arrays.equals(array.shape(), shape)) {
        return array;
      }
    }
    INDArray made = Nd4j.create(Nd4j.createBuffer(memory.data(), start, Shapes.length(shape)), shape,
        Nd4j.getStrides(shape, 'c'), 0, 'c');
    if (known.size() == KEPT) {
      known.removeLast();
    }
    known.addFirst(made);
    return made;
  }

  /** Frees the memory; arrays over it count as closed. */
  void close() {
    memory.close();
  }
}
