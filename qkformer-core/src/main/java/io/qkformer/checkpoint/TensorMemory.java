package io.qkformer.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Moves tensor elements between streams and the memory of arrays, in chunks of bounded size. */
final class TensorMemory {
  /** ND4J's own limit. */
  static final int MAX_RANK = 32;
  /** Each array costs about a kilobyte beside its elements; the largest QKFormer has 434. */
  private static final int MAX_TENSORS = 100_000;
  private static final int CHUNK_BYTES = 1 << 18;

  private TensorMemory() {}

  /**
   * Returns the number of elements of a shape.
   *
   * @throws CheckpointFormatException if a size is negative, the rank exceeds {@link #MAX_RANK}, or the
   *     product overflows
   */
  static long count(String name, long[] shape) throws CheckpointFormatException {
    if (shape.length > MAX_RANK) {
      throw CheckpointFormatException.unsupported("tensor '%s' has rank %d, expected at most %d", name,
          shape.length, MAX_RANK);
    }
    long count = 1;
    for (long size : shape) {
      if (size < 0) {
        throw CheckpointFormatException.corrupt("tensor '%s' has the negative size %d in its shape", name,
            size);
      }
      try {
        count = Math.multiplyExact(count, size);
      } catch (ArithmeticException e) {
        throw CheckpointFormatException.corrupt("tensor '%s': the number of elements of its shape overflows",
            name);
      }
    }
    return count;
  }

  /** Refuses more tensors than any model has. */
  static void requirePlausibleNumber(int tensors) throws CheckpointFormatException {
    if (tensors > MAX_TENSORS) {
      throw CheckpointFormatException.unsupported("the file has more than %d tensors", MAX_TENSORS);
    }
  }

  /**
   * Refuses a tensor that can't be loaded for its type, or whose memory exceeds what one Java buffer spans.
   */
  static void requireLoadable(String name, ElementType type, long count) throws CheckpointFormatException {
    if (!type.loadable()) {
      throw CheckpointFormatException.unsupported("tensor '%s' has dtype %s, which no weight of this library "
          + "has", name, type);
    }
    if (count > Integer.MAX_VALUE / type.loadedBytes()) {
      throw CheckpointFormatException.unsupported("tensor '%s' has %d elements; one tensor may take 2 GiB at "
          + "most", name, count);
    }
  }

  /** Returns a new array in C order, outside any workspace; its content is undefined. */
  static INDArray allocate(DataType type, long[] shape) {
    return shape.length == 0 ? Nd4j.scalar(type, 0) : Nd4j.createUninitializedDetached(type, shape);
  }

  /**
   * Returns the memory of an array in C order without gaps, in native byte order. The caller keeps the array
   * alive ({@link Reference#reachabilityFence}) for as long as it uses the buffer.
   */
  static ByteBuffer bytes(INDArray array) {
    return array.data().asNio().order(ByteOrder.nativeOrder());
  }

  /**
   * Reads {@code count} elements and puts them into {@code target} as FLOAT or LONG.
   *
   * @throws CheckpointFormatException if the stream ends before
   */
  static void read(InputStream in, ElementType type, ByteOrder order, long count, ByteBuffer target)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, count * type.bytes())).order(order);
    for (long left = count * type.bytes(); left > 0; left -= chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), left));
      int got = in.readNBytes(chunk.array(), 0, chunk.limit());
      if (got < chunk.limit()) {
        throw CheckpointFormatException.truncated("%d bytes of tensor data are missing", left - got);
      }
      type.convert(chunk, target);
    }
  }

  /** Writes the elements of an array in C order, little-endian. */
  static void write(INDArray array, OutputStream out) throws IOException {
    if (array.length() == 0) {
      return;
    }
    // A copy has its own memory without gaps, whatever view or order the array was.
    INDArray copy = array.dup('c');
    ElementType type = ElementType.written(array.dataType());
    ByteBuffer source = bytes(copy);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int end = Math.toIntExact(array.length() * type.bytes());
    while (source.position() < end) {
      source.limit(Math.min(end, source.position() + CHUNK_BYTES));
      chunk.clear();
      type.convert(source, chunk);
      out.write(chunk.array(), 0, chunk.position());
      source.limit(end);
    }
    Reference.reachabilityFence(copy);
  }
}
