package io.qkformer.train.event.format;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.Events;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Writes SpikingJelly's and NumPy's archives of the arrays t, x, y and p. */
public final class NpzEvents {
  /** The arrays in the order of SpikingJelly. */
  static final List<String> NAMES = List.of("t", "x", "y", "p");

  private NpzEvents() { }

  /**
   * The element types of the arrays.
   *
   * @param t of the times
   * @param x of the columns
   * @param y of the rows
   * @param p of the polarities
   */
  public record Types(NpyType t, NpyType x, NpyType y, NpyType p) {
    /** As SpikingJelly writes DVS128 Gesture: int64 throughout. */
    public static final Types INT64 = new Types(NpyType.INT64, NpyType.INT64, NpyType.INT64, NpyType.INT64);
    /** As SpikingJelly writes CIFAR10-DVS. */
    public static final Types CIFAR10_DVS =
        new Types(NpyType.UINT32_BIG_ENDIAN, NpyType.UINT32, NpyType.UINT32, NpyType.INT64);
    /** The smallest for any sensor: 13 bytes an event before compression. */
    public static final Types COMPACT = new Types(NpyType.INT64, NpyType.UINT16, NpyType.UINT16, NpyType.BOOL);

    /**
     * Checks the types.
     *
     * @throws IllegalArgumentException if one is of floats
     */
    public Types {
      for (NpyType type : List.of(t, x, y, p)) {
        if (!type.isWhole()) {
          throw new IllegalArgumentException("types of events: expected integers or booleans, got " + type);
        }
      }
    }
  }

  /**
   * Writes events; an old file is replaced when the new one is complete. The source is read several times.
   *
   * @throws IllegalArgumentException if an event does not fit into the types; the message names it
   * @throws IOException if the source cannot be read or the file cannot be written
   */
  public static void write(Path target, EventSource source, Types types, NpzCompression compression)
      throws IOException {
    long[] count = {0};
    source.forEach(block -> count[0] += block.size());
    AtomicFile.write(target, out -> {
      try (NpzOutput npz = new NpzOutput(out, compression)) {
        npz.add("t", types.t(), content -> writeArray(content, source, "t", types.t(), Events::t), count);
        npz.add("x", types.x(), content -> writeArray(content, source, "x", types.x(), Events::x), count);
        npz.add("y", types.y(), content -> writeArray(content, source, "y", types.y(), Events::y), count);
        npz.add("p", types.p(), content -> writeArray(content, source, "p", types.p(), Events::p), count);
      }
    });
  }

  /** One field of an event. */
  @FunctionalInterface
  private interface Field {
    long of(Events events, int index);
  }

  private static void writeArray(OutputStream out, EventSource source, String name, NpyType type, Field field)
      throws IOException {
    long[] written = {0};
    source.forEach(block -> {
      ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(block.size(), type.bytes())).order(type.order());
      for (int i = 0; i < block.size(); i++) {
        long value = field.of(block, i);
        if (value < type.least() || value > type.greatest()) {
          throw new IllegalArgumentException("event " + (written[0] + i) + " cannot be written as " + type
              + ": expected " + name + " from " + type.least() + " to " + type.greatest() + ", got " + value);
        }
        type.writeWhole(bytes, value);
      }
      written[0] += block.size();
      out.write(bytes.array());
    });
  }
}
