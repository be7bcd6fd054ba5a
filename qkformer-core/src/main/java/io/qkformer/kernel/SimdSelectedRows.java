package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The spike-driven product: the rows of a matrix that the bits of a word select, summed into one row.
 *
 * <p>Columns go in blocks of up to 6 vectors (96 channels at 512 bits), held in registers while the bits of a word pass; one
 * method for each block size, for the reason given at {@link SimdProduct8}. It goes through the words itself: called for each
 * of them, it spent a tenth of the time on its arguments. Loops over bits are counted: C2 leaves out the poll for safepoints.
 */
final class SimdSelectedRows {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  private static final Kernels NARROW = new PortableKernels();

  private SimdSelectedRows() {}

  static void add(float[] w, int wAt, int wRow, int columns, RowSelection selection, int list, float scale, float[] y,
      int yAt, int yRow) {
    int from = list * RowSelection.SUMS;
    int end = from + selection.count(list);
    int c = 0;
    for (int left = columns / L; left > 0; ) {
      int block = blockOf(left);
      addBlock(block, w, wAt + c, wRow, selection.words(), selection.places(), from, end, scale, y, yAt + c, yRow);
      c += block * L;
      left -= block;
    }
    if (c < columns) {
      NARROW.addSelectedRows(w, wAt + c, wRow, columns - c, selection, list, scale, y, yAt + c, yRow);
    }
  }

  /** The next block's vectors: 8 as 4 + 4, 7 as 4 + 3, 5 as 3 + 2, so that no block of one vector is left over. */
  static int blockOf(int left) {
    if (left == 6 || left > 8) {
      return 6;
    }
    return left > 6 ? 4 : left == 5 ? 3 : left;
  }

  private static void addBlock(int vectors, float[] w, int wAt, int wRow, long[] words, byte[] places, int from,
      int end, float scale, float[] y, int yAt, int yRow) {
    switch (vectors) {
      case 6 -> add6(w, wAt, wRow, words, places, from, end, scale, y, yAt, yRow);
      case 4 -> add4(w, wAt, wRow, words, places, from, end, scale, y, yAt, yRow);
      case 3 -> add3(w, wAt, wRow, words, places, from, end, scale, y, yAt, yRow);
      case 2 -> add2(w, wAt, wRow, words, places, from, end, scale, y, yAt, yRow);
      default -> add1(w, wAt, wRow, words, places, from, end, scale, y, yAt, yRow);
    }
  }

  private static void add6(float[] w, int wAt, int wRow, long[] words, byte[] places, int from,
      int end, float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    for (int index = from; index < end; index++) {
      long left = words[index];
      int to = yAt + places[index] * yRow;
      FloatVector s0 = FloatVector.fromArray(F, y, to);
      FloatVector s1 = FloatVector.fromArray(F, y, to + L);
      FloatVector s2 = FloatVector.fromArray(F, y, to + 2 * L);
      FloatVector s3 = FloatVector.fromArray(F, y, to + 3 * L);
      FloatVector s4 = FloatVector.fromArray(F, y, to + 4 * L);
      FloatVector s5 = FloatVector.fromArray(F, y, to + 5 * L);
      for (int count = Long.bitCount(left); count > 0; count--) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        left &= left - 1;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(factor, s1);
        s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(factor, s2);
        s3 = FloatVector.fromArray(F, w, at + 3 * L).fma(factor, s3);
        s4 = FloatVector.fromArray(F, w, at + 4 * L).fma(factor, s4);
        s5 = FloatVector.fromArray(F, w, at + 5 * L).fma(factor, s5);
      }
      s0.intoArray(y, to);
      s1.intoArray(y, to + L);
      s2.intoArray(y, to + 2 * L);
      s3.intoArray(y, to + 3 * L);
      s4.intoArray(y, to + 4 * L);
      s5.intoArray(y, to + 5 * L);
    }
  }

  private static void add4(float[] w, int wAt, int wRow, long[] words, byte[] places, int from,
      int end, float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    for (int index = from; index < end; index++) {
      long left = words[index];
      int to = yAt + places[index] * yRow;
      FloatVector s0 = FloatVector.fromArray(F, y, to);
      FloatVector s1 = FloatVector.fromArray(F, y, to + L);
      FloatVector s2 = FloatVector.fromArray(F, y, to + 2 * L);
      FloatVector s3 = FloatVector.fromArray(F, y, to + 3 * L);
      for (int count = Long.bitCount(left); count > 0; count--) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        left &= left - 1;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(factor, s1);
        s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(factor, s2);
        s3 = FloatVector.fromArray(F, w, at + 3 * L).fma(factor, s3);
      }
      s0.intoArray(y, to);
      s1.intoArray(y, to + L);
      s2.intoArray(y, to + 2 * L);
      s3.intoArray(y, to + 3 * L);
    }
  }

  private static void add3(float[] w, int wAt, int wRow, long[] words, byte[] places, int from,
      int end, float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    for (int index = from; index < end; index++) {
      long left = words[index];
      int to = yAt + places[index] * yRow;
      FloatVector s0 = FloatVector.fromArray(F, y, to);
      FloatVector s1 = FloatVector.fromArray(F, y, to + L);
      FloatVector s2 = FloatVector.fromArray(F, y, to + 2 * L);
      for (int count = Long.bitCount(left); count > 0; count--) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        left &= left - 1;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(factor, s1);
        s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(factor, s2);
      }
      s0.intoArray(y, to);
      s1.intoArray(y, to + L);
      s2.intoArray(y, to + 2 * L);
    }
  }

  private static void add2(float[] w, int wAt, int wRow, long[] words, byte[] places, int from,
      int end, float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    for (int index = from; index < end; index++) {
      long left = words[index];
      int to = yAt + places[index] * yRow;
      FloatVector s0 = FloatVector.fromArray(F, y, to);
      FloatVector s1 = FloatVector.fromArray(F, y, to + L);
      for (int count = Long.bitCount(left); count > 0; count--) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        left &= left - 1;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(factor, s1);
      }
      s0.intoArray(y, to);
      s1.intoArray(y, to + L);
    }
  }

  private static void add1(float[] w, int wAt, int wRow, long[] words, byte[] places, int from,
      int end, float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    for (int index = from; index < end; index++) {
      long left = words[index];
      int to = yAt + places[index] * yRow;
      FloatVector s0 = FloatVector.fromArray(F, y, to);
      for (int count = Long.bitCount(left); count > 0; count--) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        left &= left - 1;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
      }
      s0.intoArray(y, to);
    }
  }
}
