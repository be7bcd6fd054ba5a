package io.qkformer.kernel;

/** One thread's reusable memory. A slot's buffer keeps its values only until the slot is asked for again. */
public final class Scratch {

  /**
   * Where to start in a float buffer from here or from {@link Engine#takeBuffer}, so that vectors of 512 bits do not
   * straddle cache lines (sums of weight rows take 1.5 times longer then). Large arrays start a region of the G1
   * collector's heap, behind 16 bytes of header; with other collectors this is as good as any other place.
   */
  public static final int ALIGNED = 12;

  /**
   * Floats of the smallest buffer: one megabyte with its header, which fills a region of the G1 collector's heap, and
   * counts as large in heaps of up to 8 GiB.
   */
  static final int LEAST = (1 << 18) - 4;
  private static final int SLOTS = 12;

  private final float[][] floats = new float[SLOTS][0];
  private final int[][] ints = new int[SLOTS][0];
  private final long[][] longs = new long[SLOTS][0];
  private final byte[][] bytes = new byte[SLOTS][0];
  private final double[][] doubles = new double[SLOTS][0];

  /** A float buffer of at least this length behind {@link #ALIGNED}, with arbitrary values. */
  public float[] floats(int slot, int length) {
    if (floats[slot].length < length + ALIGNED) {
      floats[slot] = new float[Math.max(length + ALIGNED, LEAST)];
    }
    return floats[slot];
  }

  /** An int buffer of at least this length, with arbitrary values. */
  public int[] ints(int slot, int length) {
    if (ints[slot].length < length) {
      ints[slot] = new int[length];
    }
    return ints[slot];
  }

  /** A long buffer of at least this length, with arbitrary values. */
  public long[] longs(int slot, int length) {
    if (longs[slot].length < length) {
      longs[slot] = new long[length];
    }
    return longs[slot];
  }

  /** A byte buffer of at least this length, with arbitrary values. */
  public byte[] bytes(int slot, int length) {
    if (bytes[slot].length < length) {
      bytes[slot] = new byte[length];
    }
    return bytes[slot];
  }

  /** A double buffer of at least this length, with arbitrary values. */
  public double[] doubles(int slot, int length) {
    if (doubles[slot].length < length) {
      doubles[slot] = new double[length];
    }
    return doubles[slot];
  }
}
