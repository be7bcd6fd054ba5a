package io.qkformer.tensor;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Bulk access to the floats of an {@link INDArray}: whole tiles move between its memory and {@code float[]} at memory
 * speed. Thread-safe for disjoint ranges.
 *
 * <p>Why not the buffer alone: a buffer got from ND4J does not keep its array alive, and reading it after the array
 * was collected crashes the virtual machine. This object holds the array.
 */
public final class Floats implements FloatSource {

  /** What is cleared is overwritten with this. */
  private static final float[] ZEROS = new float[1 << 12];

  private final INDArray array;
  private final ByteBuffer bytes;
  private final FloatBuffer buffer;
  private final int length;

  private Floats(INDArray array) {
    this.array = array;
    this.length = Math.toIntExact(array.length());
    // Nd4j refuses NIO views of empty or scalar-backed buffers of other types; shapes were checked before.
    // It hands out the whole memory that the array is part of
    this.bytes = array.data().asNio().order(ByteOrder.nativeOrder())
        .slice((int) (Float.BYTES * array.offset()), Float.BYTES * length).order(ByteOrder.nativeOrder());
    this.buffer = bytes.asFloatBuffer();
  }

  /**
   * Views the floats of an array.
   *
   * @param array a FLOAT array, contiguous in C order, of at most 2^29 - 1 elements
   * @throws IllegalArgumentException when it is anything else, naming what it is
   * @throws IllegalStateException    when its memory was freed
   */
  public static Floats of(INDArray array) {
    Objects.requireNonNull(array, "array");
    if (array.wasClosed()) {
      throw new IllegalStateException("the array was released and its memory freed; copy what shall outlive its pass");
    }
    if (array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException("expected an array of FLOAT, got " + array.dataType()
          + " " + Shapes.toString(array) + "; convert it with castTo(DataType.FLOAT)");
    }
    if (!Shapes.isContiguous(array)) {
      throw new IllegalArgumentException("expected a contiguous array in C order, got a view with gaps or 'f' order of shape "
          + Shapes.toString(array) + "; copy it with dup('c')");
    }
    return new Floats(array);
  }

  /** The array itself if {@link #of} takes it, else a copy that it takes. */
  public static INDArray contiguous(INDArray array) {
    return array.dataType() == DataType.FLOAT && Shapes.isContiguous(array)
        ? array : array.castTo(DataType.FLOAT).dup('c');
  }

  /**
   * The memory itself, in native byte order, float i at byte {@code 4 i}; for absolute access alone. It is freed with the
   * array: who uses it needs a {@link Reference#reachabilityFence} of this object behind the last access.
   */
  public ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    buffer.get(Math.toIntExact(from), target, offset, count);
    Reference.reachabilityFence(array);
  }

  /**
   * Copies {@code count} floats of {@code source} into the array from index {@code to} on.
   *
   * @throws IndexOutOfBoundsException when either range does not fit
   */
  public void write(long to, float[] source, int offset, int count) {
    buffer.put(Math.toIntExact(to), source, offset, count);
    Reference.reachabilityFence(array);
  }

  /** Sets all values to zero. Not by ND4J's assign, whose threads wait long for each other on a busy machine. */
  public void clear() {
    for (int at = 0; at < length; at += ZEROS.length) {
      write(at, ZEROS, 0, Math.min(ZEROS.length, length - at));
    }
  }

  /** All values, as a new array. */
  public float[] toArray() {
    float[] values = new float[length];
    read(0, values, 0, length);
    return values;
  }
}
