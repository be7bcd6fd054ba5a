package io.qkformer.kernel;

import io.qkformer.tensor.Floats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A map kept for the backward pass in the least memory that holds it exactly: one bit per spike, one byte per count.
 */
public final class CompactMap implements SpikeSource {

  /** Elements per packed block: a whole number of words. */
  private static final int BLOCK = 1 << 14;
  private static final int TILE = 0;
  private static final int PROBE = 64;
  private static final int MAX_COUNT = Byte.MAX_VALUE;
  private static final long EVERY_BYTE = 0x0101010101010101L;
  /** Brings the lowest bit of byte i to bit 56 + i. */
  private static final long GATHER = 0x0102040810204080L;
  private static final VarHandle BYTES_AS_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Kernels kernels;
  private final long length;
  private final int levels;
  private final long[] bits;
  private final byte[] counts;

  private CompactMap(Kernels kernels, long length, int levels, long[] bits, byte[] counts) {
    this.kernels = kernels;
    this.length = length;
    this.levels = levels;
    this.bits = bits;
    this.counts = counts;
  }

  /** Packs a map, or returns null where it holds anything but integers of 0..127. */
  public static CompactMap pack(Engine engine, Floats map) {
    int length = (int) map.length();
    int blocks = (length + BLOCK - 1) / BLOCK;
    if (!startsBinary(map)) {
      return packCounts(engine, map, length, blocks);
    }
    long[] bits = new long[(length + 63) >>> 6];
    boolean[] binary = new boolean[blocks];
    engine.workers().forEach(blocks, (block, scratch) -> {
      int from = block * BLOCK;
      int n = Math.min(BLOCK, length - from);
      float[] tile = scratch.floats(TILE, BLOCK);
      map.read(from, tile, 0, n);
      binary[block] = engine.kernels().packSpikes(tile, 0, n, bits, from >>> 6);
    });
    for (boolean each : binary) {
      if (!each) {
        return packCounts(engine, map, length, blocks);
      }
    }
    return new CompactMap(engine.kernels(), length, 1, bits, null);
  }

  /** Packs a range of a map on this thread, or returns null as {@link #pack(Engine, Floats)} does. */
  static CompactMap pack(Kernels kernels, Floats map, long from, int length, Scratch scratch) {
    float[] tile = scratch.floats(TILE, length);
    map.read(from, tile, 0, Math.min(PROBE, length));
    byte[] counts = new byte[length];
    if (packCounts(tile, Math.min(PROBE, length), counts, 0) < 0) {
      return null;
    }
    map.read(from, tile, 0, length);
    long[] bits = new long[(length + 63) >>> 6];
    if (kernels.packSpikes(tile, 0, length, bits, 0)) {
      return new CompactMap(kernels, length, 1, bits, null);
    }
    int highest = packCounts(tile, length, counts, 0);
    return highest < 0 ? null : new CompactMap(kernels, length, highest, null, counts);
  }

  /** A look at the first elements spares most maps of counts one reading. */
  private static boolean startsBinary(Floats map) {
    float[] first = new float[(int) Math.min(PROBE, map.length())];
    map.read(0, first, 0, first.length);
    for (float value : first) {
      if (value != 0f && value != 1f) {
        return false;
      }
    }
    return true;
  }

  private static CompactMap packCounts(Engine engine, Floats map, int length, int blocks) {
    byte[] counts = new byte[length];
    int[] highest = new int[blocks];
    engine.workers().forEach(blocks, (block, scratch) -> {
      int from = block * BLOCK;
      int n = Math.min(BLOCK, length - from);
      float[] tile = scratch.floats(TILE, BLOCK);
      map.read(from, tile, 0, n);
      highest[block] = packCounts(tile, n, counts, from);
    });
    int max = 0;
    for (int each : highest) {
      if (each < 0) {
        return null;
      }
      max = Math.max(max, each);
    }
    return new CompactMap(engine.kernels(), length, max, null, counts);
  }

  /** The highest count, or -1 where a value is none. */
  private static int packCounts(float[] tile, int n, byte[] counts, int at) {
    int wrong = 0;
    int any = 0;
    for (int j = 0; j < n; j++) {
      int count = (int) tile[j];
      // the bits, so that -0 and NaN differ
      wrong |= Float.floatToRawIntBits(count) ^ Float.floatToRawIntBits(tile[j]);
      any |= count;
      counts[at + j] = (byte) count;
    }
    if (wrong != 0 || (any & ~MAX_COUNT) != 0) {
      return -1;
    }
    int highest = 0;
    for (int j = 0; j < n; j++) {
      highest = Math.max(highest, counts[at + j]);
    }
    return highest;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int levels() {
    return levels;
  }

  @Override
  public long word(int level, long from, int count) {
    int at = (int) from;
    long word = 0;
    if (bits != null) {
      int index = at >>> 6;
      word = bits[index] >>> at;
      if ((at & 63) + count > 64) {
        word |= bits[index + 1] << -at;
      }
    } else {
      long lift = (MAX_COUNT - level) * EVERY_BYTE;
      int j = 0;
      for (; j + 8 <= count; j += 8) {
        long eight = (long) BYTES_AS_LONG.get(counts, at + j);
        word |= ((eight + lift >>> 7 & EVERY_BYTE) * GATHER >>> 56) << j;
      }
      for (; j < count; j++) {
        word |= (counts[at + j] > level ? 1L : 0L) << j;
      }
    }
    return count == 64 ? word : word & (1L << count) - 1;
  }

  @Override
  public long spikes(long from, long count) {
    long sum = 0;
    if (bits != null) {
      for (long at = from; at < from + count; at += 64) {
        sum += Long.bitCount(word(0, at, (int) Math.min(64, from + count - at)));
      }
    } else {
      for (int at = (int) from; at < from + count; at++) {
        sum += counts[at];
      }
    }
    return sum;
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    if (from < 0 || from + count > length) {
      throw new IndexOutOfBoundsException("range " + from + " + " + count + " of " + length);
    }
    int start = (int) from;
    if (counts != null) {
      for (int j = 0; j < count; j++) {
        target[offset + j] = counts[start + j];
      }
      return;
    }
    int ahead = Math.min(count, -start & 63);
    if (ahead > 0) {
      kernels.unpackSpikes(new long[] {word(0, from, ahead)}, 0, target, offset, ahead);
    }
    kernels.unpackSpikes(bits, start + ahead >>> 6, target, offset + ahead, count - ahead);
  }

  /** Bytes that are kept. */
  public long bytes() {
    return counts != null ? counts.length : 8L * bits.length;
  }
}
