package io.qkformer.kernel;

import io.qkformer.tensor.Floats;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A map of spikes or small counts in the least memory that holds it exactly: as many bits per element as the largest
 * count has, one for spikes. Bit p of all elements lies together in plane p, 64 to a word.
 */
public final class CompactMap implements SpikeSource {

  /** Elements per packed block: a whole number of words. */
  static final int BLOCK = 1 << 14;
  private static final int TILE = 0;
  private static final int PROBE = 4096;
  private static final int NONE = -1;
  /** Planes of the largest counts. */
  private static final int MOST_PLANES = 7;
  /** Words of one plane that are added at a time. */
  private static final int SUMMED_WORDS = 1 << 10;

  private final Kernels kernels;
  private final long length;
  private final int step;
  private final int count;
  private final long[] planes;

  /** The array may be longer than its planes. */
  private CompactMap(Kernels kernels, long length, int count, long[] planes) {
    this.kernels = kernels;
    this.length = length;
    this.step = words(length);
    this.count = count;
    this.planes = planes;
  }

  /** Words of one plane. */
  static int words(long length) {
    return (int) ((length + 63) >>> 6);
  }

  /** The map whose spikes somebody packed already, one bit for each, into words of the engine's pool; keeps them. */
  public static CompactMap ofSpikes(Engine engine, long length, long[] words) {
    return new CompactMap(engine.kernels(), length, 1, words);
  }

  /** Gives its words back to the pool of the engine that it was made with; nobody may use it afterwards. */
  public void giveBack(Engine engine) {
    engine.pool().giveBack(planes);
  }

  /** Packs a map into words of the engine's pool, or returns null where it holds anything but integers of 0..127. */
  public static CompactMap pack(Engine engine, Floats map) {
    long length = map.length();
    int blocks = (int) ((length + BLOCK - 1) / BLOCK);
    float[] first = new float[(int) Math.min(PROBE, length)];
    map.read(0, first, 0, first.length);
    int bits = engine.kernels().countBits(first, 0, first.length);
    while (bits != NONE) {
      int planes = planesOf(bits);
      long[] words = engine.pool().takeWords(planes * words(length));
      int[] found = new int[blocks];
      engine.workers().forEach(blocks, (block, scratch) -> {
        long from = (long) block * BLOCK;
        found[block] = packBlock(engine.kernels(), map, from, (int) Math.min(BLOCK, length - from), planes, words,
            (int) (from >>> 6), words(length), scratch);
      });
      bits = all(found);
      if (bits != NONE && planesOf(bits) <= planes) {
        return new CompactMap(engine.kernels(), length, planes, words);
      }
      engine.pool().giveBack(words);
    }
    return null;
  }

  /**
   * The sums of two maps, in words of the engine's pool, added bit by bit, 64 elements at a time; null where a sum could
   * exceed 127.
   *
   * @throws IllegalArgumentException when the maps differ in length
   */
  public static CompactMap sum(Engine engine, CompactMap a, CompactMap b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException("expected maps of one length, got " + a.length + " and " + b.length);
    }
    int carried = Math.max(a.count, b.count);
    if (carried == MOST_PLANES) {
      return null;
    }
    long[] words = engine.pool().takeWords((carried + 1) * a.step);
    AtomicBoolean any = new AtomicBoolean();
    engine.workers().forRanges(a.step, SUMMED_WORDS, (from, to, scratch) -> {
      long all = 0;
      for (int word = (int) from; word < to; word++) {
        all |= addWord(a, b, word, carried, words);
      }
      if (all != 0) {
        any.set(true);
      }
    });
    return new CompactMap(engine.kernels(), a.length, any.get() ? carried + 1 : carried, words);
  }

  /** Adds 64 elements and returns what is carried out of the last plane that a map has. */
  private static long addWord(CompactMap a, CompactMap b, int word, int carried, long[] sum) {
    long carry = 0;
    for (int plane = 0; plane < carried; plane++) {
      int at = plane * a.step + word;
      long x = plane < a.count ? a.planes[at] : 0;
      long y = plane < b.count ? b.planes[at] : 0;
      sum[at] = x ^ y ^ carry;
      carry = x & y | carry & (x ^ y);
    }
    sum[carried * a.step + word] = carry;
    // what lies behind the last element is arbitrary
    return (word + 1) * (long) Long.SIZE <= a.length ? carry : carry & -1L >>> -(int) a.length;
  }

  /** Packs a range of a map on this thread, or returns null as {@link #pack(Engine, Floats)} does. */
  static CompactMap pack(Kernels kernels, Floats map, long from, int length, Scratch scratch) {
    float[] tile = scratch.floats(TILE, BLOCK);
    map.read(from, tile, 0, Math.min(64, length));
    int bits = kernels.countBits(tile, 0, Math.min(64, length));
    while (bits != NONE) {
      int planes = planesOf(bits);
      long[] words = new long[planes * words(length)];
      bits = 0;
      for (int at = 0; at < length && bits != NONE; at += BLOCK) {
        int found = packBlock(kernels, map, from + at, Math.min(BLOCK, length - at), planes, words, at >>> 6,
            words(length), scratch);
        bits = found == NONE ? NONE : bits | found;
      }
      if (bits != NONE && planesOf(bits) <= planes) {
        return new CompactMap(kernels, length, planes, words);
      }
    }
    return null;
  }

  private static int packBlock(Kernels kernels, Floats map, long from, int n, int planes, long[] words, int at,
      int step, Scratch scratch) {
    float[] tile = scratch.floats(TILE, BLOCK);
    map.read(from, tile, 0, n);
    int bits = kernels.countBits(tile, 0, n);
    if (bits != NONE && planesOf(bits) <= planes) {
      for (int plane = 0; plane < planes; plane++) {
        kernels.packPlane(tile, 0, n, plane, words, plane * step + at);
      }
    }
    return bits;
  }

  private static int all(int[] found) {
    int bits = 0;
    for (int each : found) {
      if (each == NONE) {
        return NONE;
      }
      bits |= each;
    }
    return bits;
  }

  private static int planesOf(int bits) {
    return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(bits));
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int planes() {
    return count;
  }

  @Override
  public long word(int plane, long from, int count) {
    return bits(plane, (int) from, count) & -1L >>> -count;
  }

  @Override
  public long words(int plane, long from, int step, int rows, int bits, long[] target, int at) {
    long mask = -1L >>> -bits;
    long any = 0;
    int position = (int) from;
    for (int i = 0; i < rows; i++, position += step) {
      long word = bits(plane, position, bits) & mask;
      target[at + i] = word;
      any |= word;
    }
    return any;
  }

  /** {@code count} bits of a plane, with arbitrary ones above them. */
  private long bits(int plane, int at, int count) {
    int index = plane * step + (at >>> 6);
    long word = planes[index] >>> at;
    return (at & 63) + count > 64 ? word | planes[index + 1] << -at : word;
  }

  @Override
  public long ones(int plane, long from, long count) {
    long ones = 0;
    for (long at = from; at < from + count; at += 64) {
      int n = (int) Math.min(64, from + count - at);
      ones += Long.bitCount(bits(plane, (int) at, n) << 64 - n);
    }
    return ones;
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    if (from < 0 || from + count > length) {
      throw new IndexOutOfBoundsException("range " + from + " + " + count + " of " + length);
    }
    int start = (int) from;
    int ahead = Math.min(count, -start & 63);
    if (ahead > 0) {
      long[] head = new long[planes()];
      for (int plane = 0; plane < head.length; plane++) {
        head[plane] = bits(plane, start, ahead);
      }
      kernels.unpackPlanes(head, 0, 1, head.length, target, offset, ahead);
    }
    if (ahead < count) {
      kernels.unpackPlanes(planes, start + ahead >>> 6, step, planes(), target, offset + ahead,
          count - ahead);
    }
  }

  /** Bytes that are kept. */
  public long bytes() {
    return (long) Long.BYTES * count * step;
  }
}
