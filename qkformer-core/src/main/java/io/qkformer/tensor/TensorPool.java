package io.qkformer.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Memory that is used again from step to step: allocating 100 MB afresh costs 15 times what reusing it does, and a
 * resident size that is flat from the second step on is what a user can plan with. Thread-safe.
 *
 * <p>Arrays are segments of slabs; a request gets the first segment that is long enough, in the oldest slab that has
 * one, and segments that are given back join their neighbours. So arrays of other lengths leave no holes that only
 * they could fill, and young slabs run empty. Where nothing is long enough, idle slabs are freed before more is asked
 * of the system, unless what is held stays within a tenth of the most that was ever in use at a time.
 */
public final class TensorPool implements AutoCloseable {

  /** The longest array: what Java can address of native memory through one buffer. */
  public static final long MAX_LENGTH = (1L << 29) - 1;
  /** Floats of a cache line: segments start at one. */
  private static final long LINE = 16;
  /** Floats of a slab at least: small arrays share one. */
  private static final long MIN_SLAB = 1L << 18;

  /** Where an array in use lies. */
  private record Segment(Slab slab, long start, long length) {
  }

  private final List<Slab> slabs = new ArrayList<>();
  private final Map<Long, Segment> lent = new HashMap<>();
  private final Holdings arrays = new Holdings();
  private final TreeMap<Integer, Deque<float[]>> freeBuffers = new TreeMap<>();
  private final Holdings buffers = new Holdings();

  /**
   * A flat FLOAT array of exactly this length; its values are arbitrary.
   *
   * @throws IllegalArgumentException when the length is below 1 or above {@link #MAX_LENGTH}
   */
  public synchronized INDArray take(long length) {
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException("expected an array of 1 to " + MAX_LENGTH + " values, got " + length
          + "; use a smaller batch or image");
    }
    long whole = Math.min(MAX_LENGTH, (length + LINE - 1) / LINE * LINE);
    arrays.use(whole);
    Segment segment = segment(whole);
    INDArray array = segment.slab.view(segment.start, length);
    lent.put(key(array), segment);
    return array;
  }

  private Segment segment(long length) {
    for (Slab slab : slabs) {
      long start = slab.cut(length);
      if (start >= 0) {
        return new Segment(slab, start, length);
      }
    }
    long size = Math.max(length, MIN_SLAB);
    // the youngest first: the oldest are those that everything fits into
    for (int i = slabs.size() - 1; i >= 0 && arrays.wantsRoomFor(size); i--) {
      if (slabs.get(i).isIdle()) {
        Slab idle = slabs.remove(i);
        arrays.freed(idle.length());
        idle.close();
      }
    }
    Slab slab = new Slab(size);
    slabs.add(slab);
    arrays.allocated(size);
    return new Segment(slab, slab.cut(length), length);
  }

  /** Tells arrays in use apart, whatever their shape: where an array's first value lies. */
  public static long key(INDArray array) {
    return array.data().address() + Float.BYTES * array.offset();
  }

  /**
   * Gives back an array that {@link #take} returned; it must not be used afterwards.
   *
   * @throws IllegalArgumentException when it is not in use
   */
  public synchronized void giveBack(INDArray flat) {
    Segment segment = lent.remove(key(flat));
    if (segment == null) {
      throw new IllegalArgumentException("expected an array that is in use, got " + Shapes.toString(flat)
          + ", given back before or from elsewhere");
    }
    segment.slab.join(segment.start, segment.length);
    arrays.unuse(segment.length);
  }

  /** A heap buffer of at least this length; its values are arbitrary. */
  public synchronized float[] takeBuffer(int length) {
    Map.Entry<Integer, Deque<float[]>> fitting = freeBuffers.ceilingEntry(length);
    if (fitting != null) {
      buffers.use(fitting.getKey());
      return poll(fitting);
    }
    buffers.use(length);
    // the shortest first: they are the least likely to be long enough for others
    while (!freeBuffers.isEmpty() && buffers.wantsRoomFor(length)) {
      buffers.freed(poll(freeBuffers.firstEntry()).length);
    }
    buffers.allocated(length);
    return new float[length];
  }

  private float[] poll(Map.Entry<Integer, Deque<float[]>> entry) {
    float[] buffer = entry.getValue().pollLast();
    if (entry.getValue().isEmpty()) {
      freeBuffers.remove(entry.getKey());
    }
    return buffer;
  }

  /** Gives back a buffer that {@link #takeBuffer} returned. */
  public synchronized void giveBack(float[] buffer) {
    buffers.unuse(buffer.length);
    freeBuffers.computeIfAbsent(buffer.length, n -> new ArrayDeque<>()).addLast(buffer);
  }

  /** What the pool did so far. */
  public synchronized PoolUse use() {
    return new PoolUse(of(arrays), of(buffers));
  }

  private static PoolUse.Kind of(Holdings kind) {
    return new PoolUse.Kind(Float.BYTES * kind.used(), Float.BYTES * kind.mostUsed(), Float.BYTES * kind.held(),
        Float.BYTES * kind.mostHeld(), kind.allocations());
  }

  /** Frees everything that is not in use now. */
  @Override
  public synchronized void close() {
    for (Slab slab : List.copyOf(slabs)) {
      if (slab.isIdle()) {
        slabs.remove(slab);
        arrays.freed(slab.length());
        slab.close();
      }
    }
    freeBuffers.forEach((length, ready) -> ready.forEach(buffer -> buffers.freed(length)));
    freeBuffers.clear();
  }
}
