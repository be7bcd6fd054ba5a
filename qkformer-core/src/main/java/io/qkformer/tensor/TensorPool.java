package io.qkformer.tensor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory that is used again from step to step: allocating 100 MB afresh costs 15 times what reusing it does, and a
 * resident size that is flat from the second step on is what a user can plan with. Thread-safe.
 */
public final class TensorPool implements AutoCloseable {

  /** What may lie ready and be in use together, as a multiple of the most that was ever in use at a time. */
  private static final int SLACK = 2;

  /** Free arrays by length, the length that was asked for longest ago first. */
  private final Map<Long, Deque<INDArray>> arrays = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Integer, Deque<float[]>> buffers = new HashMap<>();
  private long used;
  private long free;
  private long mostUsed;

  /** A flat FLOAT array of exactly this length; its values are arbitrary. */
  public synchronized INDArray take(long length) {
    used += length;
    mostUsed = Math.max(mostUsed, used);
    Deque<INDArray> ready = arrays.get(length);
    INDArray reused = ready == null ? null : ready.pollLast();
    if (reused != null) {
      free -= length;
      return reused;
    }
    freeUnused();
    return Nd4j.createUninitializedDetached(DataType.FLOAT, length);
  }

  /** Other batch and image sizes leave arrays behind that may never be asked for again. */
  private void freeUnused() {
    Iterator<Deque<INDArray>> oldest = arrays.values().iterator();
    while (used + free > SLACK * mostUsed && oldest.hasNext()) {
      Deque<INDArray> unused = oldest.next();
      while (used + free > SLACK * mostUsed && !unused.isEmpty()) {
        INDArray array = unused.pollFirst();
        free -= array.length();
        array.close();
      }
    }
  }

  /** Gives back an array that {@link #take} returned; it must not be used afterwards. */
  public synchronized void giveBack(INDArray flat) {
    used -= flat.length();
    free += flat.length();
    arrays.computeIfAbsent(flat.length(), n -> new ArrayDeque<>()).addLast(flat);
  }

  /** A heap buffer of at least this length; its values are arbitrary. */
  public synchronized float[] takeBuffer(int length) {
    int capacity = capacity(length);
    Deque<float[]> free = buffers.get(capacity);
    float[] reused = free == null ? null : free.pollLast();
    return reused != null ? reused : new float[capacity];
  }

  /** Gives back a buffer that {@link #takeBuffer} returned. */
  public synchronized void giveBack(float[] buffer) {
    buffers.computeIfAbsent(buffer.length, n -> new ArrayDeque<>()).addLast(buffer);
  }

  /** The bytes that lie ready to be used again. */
  public synchronized long freeBytes() {
    long floats = free + buffers.values().stream().flatMap(Deque::stream).mapToLong(buffer -> buffer.length).sum();
    return Float.BYTES * floats;
  }

  /** Frees everything that is not in use now. */
  @Override
  public synchronized void close() {
    arrays.values().forEach(ready -> ready.forEach(INDArray::close));
    arrays.clear();
    free = 0;
    buffers.clear();
  }

  /** Steps of an eighth of a power of two, so that nearly equal lengths share buffers. */
  private static int capacity(int length) {
    int step = Math.max(1024, Integer.highestOneBit(Math.max(1, length)) >>> 3);
    return Math.toIntExact((length + (long) step - 1) / step * step);
  }
}
