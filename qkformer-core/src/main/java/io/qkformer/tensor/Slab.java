package io.qkformer.tensor;

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

  private final INDArray memory;
  private final long length;
  /** Free segments: where each starts, and its length. */
  private final TreeMap<Long, Long> free = new TreeMap<>();
  /** The last array at each place: a steady loop asks for the same ones, and making one costs microseconds. */
  private final Map<Long, INDArray> views = new HashMap<>();

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

  /** A flat array over a segment. */
  INDArray view(long start, long length) {
    INDArray known = views.get(start);
    if (known == null || known.length() != length) {
      known = Nd4j.create(Nd4j.createBuffer(memory.data(), start, length), new long[] {length}, new long[] {1}, 0, 'c');
      views.put(start, known);
    }
    return known;
  }

  /** Frees the memory; arrays over it count as closed. */
  void close() {
    memory.close();
  }
}
