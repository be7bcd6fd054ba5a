package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link SimdSelectedRows} with a sign for each row: sums are fetched and stored once for both signs. */
final class SimdSignedRows {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  private static final Kernels NARROW = new PortableKernels();

  private SimdSignedRows() {}

  static void add(float[] w, int wAt, int wRow, int columns, long[] selected, int selectedAt, int negativeAt, int rows,
      float scale, float[] y, int yAt, int yRow) {
    int c = 0;
    for (int left = columns / L; left > 0; ) {
      int block = SimdSelectedRows.blockOf(left);
      addBlock(block, w, wAt + c, wRow, selected, selectedAt, negativeAt, rows, scale, y, yAt + c, yRow);
      c += block * L;
      left -= block;
    }
    if (c < columns) {
      NARROW.addSignedRows(w, wAt + c, wRow, columns - c, selected, selectedAt, negativeAt, rows, scale, y, yAt + c, yRow);
    }
  }

  private static void addBlock(int vectors, float[] w, int wAt, int wRow, long[] selected, int selectedAt, int negativeAt,
      int rows, float scale, float[] y, int yAt, int yRow) {
    switch (vectors) {
      case 6 -> add6(w, wAt, wRow, selected, selectedAt, negativeAt, rows, scale, y, yAt, yRow);
      case 4 -> add4(w, wAt, wRow, selected, selectedAt, negativeAt, rows, scale, y, yAt, yRow);
      case 3 -> add3(w, wAt, wRow, selected, selectedAt, negativeAt, rows, scale, y, yAt, yRow);
      case 2 -> add2(w, wAt, wRow, selected, selectedAt, negativeAt, rows, scale, y, yAt, yRow);
      default -> add1(w, wAt, wRow, selected, selectedAt, negativeAt, rows, scale, y, yAt, yRow);
    }
  }

  private static void add6(float[] w, int wAt, int wRow, long[] selected, int selectedAt, int negativeAt, int rows,
      float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    FloatVector minus = FloatVector.broadcast(F, -scale);
    for (int row = 0; row < rows; row++, yAt += yRow) {
      long word = selected[selectedAt + row];
      if (word == 0) {
        continue;
      }
      FloatVector s0 = FloatVector.fromArray(F, y, yAt);
      FloatVector s1 = FloatVector.fromArray(F, y, yAt + L);
      FloatVector s2 = FloatVector.fromArray(F, y, yAt + 2 * L);
      FloatVector s3 = FloatVector.fromArray(F, y, yAt + 3 * L);
      FloatVector s4 = FloatVector.fromArray(F, y, yAt + 4 * L);
      FloatVector s5 = FloatVector.fromArray(F, y, yAt + 5 * L);
      long negative = selected[negativeAt + row];
      for (long left = word & ~negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(factor, s1);
        s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(factor, s2);
        s3 = FloatVector.fromArray(F, w, at + 3 * L).fma(factor, s3);
        s4 = FloatVector.fromArray(F, w, at + 4 * L).fma(factor, s4);
        s5 = FloatVector.fromArray(F, w, at + 5 * L).fma(factor, s5);
      }
      for (long left = word & negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(minus, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(minus, s1);
        s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(minus, s2);
        s3 = FloatVector.fromArray(F, w, at + 3 * L).fma(minus, s3);
        s4 = FloatVector.fromArray(F, w, at + 4 * L).fma(minus, s4);
        s5 = FloatVector.fromArray(F, w, at + 5 * L).fma(minus, s5);
      }
      s0.intoArray(y, yAt);
      s1.intoArray(y, yAt + L);
      s2.intoArray(y, yAt + 2 * L);
      s3.intoArray(y, yAt + 3 * L);
      s4.intoArray(y, yAt + 4 * L);
      s5.intoArray(y, yAt + 5 * L);
    }
  }

  private static void add4(float[] w, int wAt, int wRow, long[] selected, int selectedAt, int negativeAt, int rows,
      float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    FloatVector minus = FloatVector.broadcast(F, -scale);
    for (int row = 0; row < rows; row++, yAt += yRow) {
      long word = selected[selectedAt + row];
      if (word == 0) {
        continue;
      }
      FloatVector s0 = FloatVector.fromArray(F, y, yAt);
      FloatVector s1 = FloatVector.fromArray(F, y, yAt + L);
      FloatVector s2 = FloatVector.fromArray(F, y, yAt + 2 * L);
      FloatVector s3 = FloatVector.fromArray(F, y, yAt + 3 * L);
      long negative = selected[negativeAt + row];
      for (long left = word & ~negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(factor, s1);
        s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(factor, s2);
        s3 = FloatVector.fromArray(F, w, at + 3 * L).fma(factor, s3);
      }
      for (long left = word & negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(minus, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(minus, s1);
        s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(minus, s2);
        s3 = FloatVector.fromArray(F, w, at + 3 * L).fma(minus, s3);
      }
      s0.intoArray(y, yAt);
      s1.intoArray(y, yAt + L);
      s2.intoArray(y, yAt + 2 * L);
      s3.intoArray(y, yAt + 3 * L);
    }
  }

  private static void add3(float[] w, int wAt, int wRow, long[] selected, int selectedAt, int negativeAt, int rows,
      float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    FloatVector minus = FloatVector.broadcast(F, -scale);
    for (int row = 0; row < rows; row++, yAt += yRow) {
      long word = selected[selectedAt + row];
      if (word == 0) {
        continue;
      }
      FloatVector s0 = FloatVector.fromArray(F, y, yAt);
      FloatVector s1 = FloatVector.fromArray(F, y, yAt + L);
      FloatVector s2 = FloatVector.fromArray(F, y, yAt + 2 * L);
      long negative = selected[negativeAt + row];
      for (long left = word & ~negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(factor, s1);
        s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(factor, s2);
      }
      for (long left = word & negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(minus, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(minus, s1);
        s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(minus, s2);
      }
      s0.intoArray(y, yAt);
      s1.intoArray(y, yAt + L);
      s2.intoArray(y, yAt + 2 * L);
    }
  }

  private static void add2(float[] w, int wAt, int wRow, long[] selected, int selectedAt, int negativeAt, int rows,
      float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    FloatVector minus = FloatVector.broadcast(F, -scale);
    for (int row = 0; row < rows; row++, yAt += yRow) {
      long word = selected[selectedAt + row];
      if (word == 0) {
        continue;
      }
      FloatVector s0 = FloatVector.fromArray(F, y, yAt);
      FloatVector s1 = FloatVector.fromArray(F, y, yAt + L);
      long negative = selected[negativeAt + row];
      for (long left = word & ~negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(factor, s1);
      }
      for (long left = word & negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(minus, s0);
        s1 = FloatVector.fromArray(F, w, at + L).fma(minus, s1);
      }
      s0.intoArray(y, yAt);
      s1.intoArray(y, yAt + L);
    }
  }

  private static void add1(float[] w, int wAt, int wRow, long[] selected, int selectedAt, int negativeAt, int rows,
      float scale, float[] y, int yAt, int yRow) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    FloatVector minus = FloatVector.broadcast(F, -scale);
    for (int row = 0; row < rows; row++, yAt += yRow) {
      long word = selected[selectedAt + row];
      if (word == 0) {
        continue;
      }
      FloatVector s0 = FloatVector.fromArray(F, y, yAt);
      long negative = selected[negativeAt + row];
      for (long left = word & ~negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(factor, s0);
      }
      for (long left = word & negative; left != 0; left &= left - 1) {
        int at = wAt + Long.numberOfTrailingZeros(left) * wRow;
        s0 = FloatVector.fromArray(F, w, at).fma(minus, s0);
      }
      s0.intoArray(y, yAt);
    }
  }
}
