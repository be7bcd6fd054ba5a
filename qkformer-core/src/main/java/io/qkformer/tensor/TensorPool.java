package io.qkformer.tensor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory that is used again from step to step: allocating 100 MB afresh costs 15 times what reusing it does, and a
 * resident size that is flat from the second step on is what a user can plan with. Thread-safe.
 */
public final class TensorPool implements AutoCloseable {

  private final Map<Long, Deque<INDArray>> arrays = new HashMap<>();
  private final Map<Integer, Deque<float[]>> buffers = new HashMap<>();

  /** A flat FLOAT array of exactly this length; its values are arbitrary. */
  public synchronized INDArray take(long length) {
    Deque<INDArray> free = arrays.get(length);
    INDArray reused = free == null ? null : free.pollLast();
    return reused != null ? reused : Nd4j.createUninitializedDetached(DataType.FLOAT, length);
  }

  /** Gives back an array that {@link #take} returned; it must not be used afterwards. */
  public synchronized void giveBack(INDArray flat) {
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
    long floats = arrays.values().stream().flatMap(Deque::stream).mapToLong(INDArray::length).sum()
        + buffers.values().stream().flatMap(Deque::stream).mapToLong(buffer -> buffer.length).sum();
    return Float.BYTES * floats;
  }

  /** Frees everything that is not in use now. */
  @Override
  public synchronized void close() {
    arrays.values().forEach(free -> free.forEach(INDArray::close));
    arrays.clear();
    buffers.clear();
  }

  /** Steps of an eighth of a power of two, so that nearly equal lengths share buffers. */
  private static int capacity(int length) {
    int step = Math.max(1024, Integer.highestOneBit(Math.max(1, length)) >>> 3);
    return Math.toIntExact((length + (long) step - 1) / step * step);
  }
}
