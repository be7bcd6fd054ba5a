package io.qkformer.kernel;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;

/**
 * A map kept for the backward pass in the least memory that holds it exactly: one bit per spike, one byte per count.
 */
public final class CompactMap implements FloatSource {

  /** Elements per packed block: a whole number of words. */
  private static final int BLOCK = 1 << 14;
  private static final int TILE = 0;
  private static final int MAX_COUNT = Byte.MAX_VALUE;

  private final long length;
  private final long[] bits;
  private final byte[] counts;

  private CompactMap(long length, long[] bits, byte[] counts) {
    this.length = length;
    this.bits = bits;
    this.counts = counts;
  }

  /** Packs a map, or returns null where it holds anything but integers of 0..127. */
  public static CompactMap pack(Engine engine, Floats map) {
    int length = (int) map.length();
    long[] bits = new long[(length + 63) >>> 6];
    int blocks = (length + BLOCK - 1) / BLOCK;
    boolean[] binary = new boolean[blocks];
    engine.workers().forEach(blocks, (block, scratch) -> {
      int from = block * BLOCK;
      int n = Math.min(BLOCK, length - from);
      float[] tile = scratch.floats(TILE, BLOCK);
      map.read(from, tile, 0, n);
      binary[block] = packBits(tile, n, bits, from >>> 6);
    });
    return all(binary) ? new CompactMap(length, bits, null) : packCounts(engine, map, length, blocks);
  }

  private static CompactMap packCounts(Engine engine, Floats map, int length, int blocks) {
    byte[] counts = new byte[length];
    boolean[] exact = new boolean[blocks];
    engine.workers().forEach(blocks, (block, scratch) -> {
      int from = block * BLOCK;
      int n = Math.min(BLOCK, length - from);
      float[] tile = scratch.floats(TILE, BLOCK);
      map.read(from, tile, 0, n);
      boolean good = true;
      for (int j = 0; j < n; j++) {
        int count = (int) tile[j];
        good &= count == tile[j] && count >= 0 && count <= MAX_COUNT;
        counts[from + j] = (byte) count;
      }
      exact[block] = good;
    });
    return all(exact) ? new CompactMap(length, null, counts) : null;
  }

  private static boolean packBits(float[] tile, int n, long[] bits, int firstWord) {
    for (int base = 0; base < n; base += 64) {
      long word = 0;
      int end = Math.min(64, n - base);
      for (int j = 0; j < end; j++) {
        float value = tile[base + j];
        if (value == 1f) {
          word |= 1L << j;
        } else if (value != 0f) {
          return false;
        }
      }
      bits[firstWord + (base >>> 6)] = word;
    }
    return true;
  }

  private static boolean all(boolean[] flags) {
    for (boolean flag : flags) {
      if (!flag) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long length() {
    return length;
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
    int j = 0;
    while (j < count) {
      int at = start + j;
      long word = bits[at >>> 6] >>> at;
      int run = Math.min(64 - (at & 63), count - j);
      for (int i = 0; i < run; i++) {
        target[offset + j + i] = word >>> i & 1;
      }
      j += run;
    }
  }

  /** Bytes that are kept. */
  public long bytes() {
    return counts != null ? counts.length : 8L * bits.length;
  }
}
