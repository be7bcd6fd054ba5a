package io.qkformer.kernel;

/** A 64x64 matrix of bits, one word per row. */
public final class BitSquare {

  private BitSquare() {
  }

  /** Transposes in place: bit j of row i becomes bit i of row j (Warren, Hacker's Delight, section 7-3). */
  public static void transpose(long[] rows) {
    long mask = 0x00000000ffffffffL;
    for (int half = 32; half != 0; half >>>= 1, mask ^= mask << half) {
      for (int i = 0; i < Long.SIZE; i = (i + half + 1) & ~half) {
        long swapped = (rows[i] >>> half ^ rows[i + half]) & mask;
        rows[i] ^= swapped << half;
        rows[i + half] ^= swapped;
      }
    }
  }
}
