package io.qkformer.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  /** Doubles of a buffer at least: the few of a narrow layer share one. */
  private static final int MIN_DOUBLES = 1 << 13;

  /** Where an array in use lies. */
  private record Segment(Slab slab, long start, long length) {
  }

  private final List<Slab> slabs = new ArrayList<>();
  private final Map<Long, Segment> lent = new HashMap<>();
  private final Holdings arrays = new Holdings();
  private final HeapBuffers<float[]> buffers = new HeapBuffers<>(float[]::new, array -> array.length);
  private final HeapBuffers<long[]> words = new HeapBuffers<>(long[]::new, array -> array.length);
  private final HeapBuffers<double[]> doubles = new HeapBuffers<>(double[]::new, array -> array.length);
  private final HeapBuffers<byte[]> bytes = new HeapBuffers<>(byte[]::new, array -> array.length);

  /**
   * A FLOAT array of this shape in C order; its values are arbitrary.
   *
   * @throws IllegalArgumentException when its length is below 1 or above {@link #MAX_LENGTH}
   */
  public synchronized INDArray take(long... shape) {
    long length = Shapes.length(shape);
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException("expected an array of 1 to " + MAX_LENGTH + " values, got " + length
          + "; use a smaller batch or image");
    }
    long whole = Math.min(MAX_LENGTH, (length + LINE - 1) / LINE * LINE);
    arrays.use(whole);
    Segment segment = segment(whole);
    INDArray array = segment.slab.view(segment.start, shape);
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
  public synchronized void giveBack(INDArray array) {
    Segment segment = lent.remove(key(array));
    if (segment == null) {
      throw new IllegalArgumentException("expected an array that is in use, got " + Shapes.toString(array)
          + ", given back before or from elsewhere");
    }
    segment.slab.join(segment.start, segment.length);
    arrays.unuse(segment.length);
  }

  /** A heap buffer of at least this length; its values are arbitrary. */
  public synchronized float[] takeBuffer(int length) {
    return buffers.take(length);
  }

  /** Gives back a buffer that {@link #takeBuffer} returned. */
  public synchronized void giveBack(float[] buffer) {
    buffers.giveBack(buffer);
  }

  /** At least so many words of bits on the heap; their values are arbitrary. */
  public synchronized long[] takeWords(int count) {
    return words.take(count);
  }

  /** Gives back what {@link #takeWords} returned. */
  public synchronized void giveBack(long[] used) {
    words.giveBack(used);
  }

  /** At least so many doubles on the heap; their values are arbitrary. */
  public synchronized double[] takeDoubles(int count) {
    return doubles.take(Math.max(count, MIN_DOUBLES));
  }

  /** Gives back what {@link #takeDoubles} returned. */
  public synchronized void giveBack(double[] used) {
    doubles.giveBack(used);
  }

  /** At least so many bytes on the heap; their values are arbitrary. */
  public synchronized byte[] takeBytes(int count) {
    return bytes.take(count);
  }

  /** Gives back what {@link #takeBytes} returned. */
  public synchronized void giveBack(byte[] used) {
    bytes.giveBack(used);
  }

  /** What the pool did so far. */
  public synchronized PoolUse use() {
    return new PoolUse(PoolUse.Kind.of(arrays, Float.BYTES), PoolUse.Kind.of(buffers.holdings(), Float.BYTES),
        PoolUse.Kind.of(words.holdings(), Long.BYTES), PoolUse.Kind.of(doubles.holdings(), Double.BYTES),
        PoolUse.Kind.of(bytes.holdings(), Byte.BYTES));
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
    buffers.clear();
    words.clear();
    doubles.clear();
    bytes.clear();
  }
}
