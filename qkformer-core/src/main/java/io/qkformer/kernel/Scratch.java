package io.qkformer.kernel;

/** One thread's reusable memory. A slot's buffer keeps its values only until the slot is asked for again. */
public final class Scratch {

  private static final int SLOTS = 12;

  private final float[][] floats = new float[SLOTS][0];
  private final int[][] ints = new int[SLOTS][0];
  private final long[][] longs = new long[SLOTS][0];

  /** A float buffer of at least this length, with arbitrary values. */
  public float[] floats(int slot, int length) {
    if (floats[slot].length < length) {
      floats[slot] = new float[length];
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
}
