package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code C += A B} on register blocks of 4 rows by 3, 2 or 1 vectors: for vectors below 512 bits (16
 * registers) and for the last rows. Written like {@link SimdProduct8}; where fewer rows are left, the last row is
 * repeated: each repetition loads, computes and stores the same.
 */
final class SimdProduct4 {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();

  private SimdProduct4() {}

  static void rows4x3(int rows, int k, float[] a, int aAt, int aRow, int aColumn,
      float[] b, int bAt, int bRow, float[] start, int startAt, int startRow, float[] c, int cAt,
      int cRow) {
    int last = rows - 1;
    int a1 = Math.min(1, last) * aRow;
    int a2 = Math.min(2, last) * aRow;
    int a3 = Math.min(3, last) * aRow;
    int c0 = cAt;
    int c1 = cAt + Math.min(1, last) * cRow;
    int c2 = cAt + Math.min(2, last) * cRow;
    int c3 = cAt + Math.min(3, last) * cRow;
    FloatVector s00 = FloatVector.fromArray(F, start, startAt);
    FloatVector s01 = FloatVector.fromArray(F, start, startAt + L);
    FloatVector s02 = FloatVector.fromArray(F, start, startAt + 2 * L);
    FloatVector s10 = FloatVector.fromArray(F, start, startAt + Math.min(1, last) * startRow);
    FloatVector s11 = FloatVector.fromArray(F, start, startAt + Math.min(1, last) * startRow + L);
    FloatVector s12 = FloatVector.fromArray(F, start, startAt + Math.min(1, last) * startRow + 2 * L);
    FloatVector s20 = FloatVector.fromArray(F, start, startAt + Math.min(2, last) * startRow);
    FloatVector s21 = FloatVector.fromArray(F, start, startAt + Math.min(2, last) * startRow + L);
    FloatVector s22 = FloatVector.fromArray(F, start, startAt + Math.min(2, last) * startRow + 2 * L);
    FloatVector s30 = FloatVector.fromArray(F, start, startAt + Math.min(3, last) * startRow);
    FloatVector s31 = FloatVector.fromArray(F, start, startAt + Math.min(3, last) * startRow + L);
    FloatVector s32 = FloatVector.fromArray(F, start, startAt + Math.min(3, last) * startRow + 2 * L);
    for (int p = 0; p < k; p++, bAt += bRow) {
      FloatVector b0 = FloatVector.fromArray(F, b, bAt);
      FloatVector b1 = FloatVector.fromArray(F, b, bAt + L);
      FloatVector b2 = FloatVector.fromArray(F, b, bAt + 2 * L);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt]);
      s00 = x0.fma(b0, s00);
      s01 = x0.fma(b1, s01);
      s02 = x0.fma(b2, s02);
      FloatVector x1 = FloatVector.broadcast(F, a[aAt + a1]);
      s10 = x1.fma(b0, s10);
      s11 = x1.fma(b1, s11);
      s12 = x1.fma(b2, s12);
      FloatVector x2 = FloatVector.broadcast(F, a[aAt + a2]);
      s20 = x2.fma(b0, s20);
      s21 = x2.fma(b1, s21);
      s22 = x2.fma(b2, s22);
      FloatVector x3 = FloatVector.broadcast(F, a[aAt + a3]);
      s30 = x3.fma(b0, s30);
      s31 = x3.fma(b1, s31);
      s32 = x3.fma(b2, s32);
      aAt += aColumn;
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + L);
    s02.intoArray(c, c0 + 2 * L);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + L);
    s12.intoArray(c, c1 + 2 * L);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + L);
    s22.intoArray(c, c2 + 2 * L);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + L);
    s32.intoArray(c, c3 + 2 * L);
  }

  static void rows4x2(int rows, int k, float[] a, int aAt, int aRow, int aColumn,
      float[] b, int bAt, int bRow, float[] start, int startAt, int startRow, float[] c, int cAt,
      int cRow) {
    int last = rows - 1;
    int a1 = Math.min(1, last) * aRow;
    int a2 = Math.min(2, last) * aRow;
    int a3 = Math.min(3, last) * aRow;
    int c0 = cAt;
    int c1 = cAt + Math.min(1, last) * cRow;
    int c2 = cAt + Math.min(2, last) * cRow;
    int c3 = cAt + Math.min(3, last) * cRow;
    FloatVector s00 = FloatVector.fromArray(F, start, startAt);
    FloatVector s01 = FloatVector.fromArray(F, start, startAt + L);
    FloatVector s10 = FloatVector.fromArray(F, start, startAt + Math.min(1, last) * startRow);
    FloatVector s11 = FloatVector.fromArray(F, start, startAt + Math.min(1, last) * startRow + L);
    FloatVector s20 = FloatVector.fromArray(F, start, startAt + Math.min(2, last) * startRow);
    FloatVector s21 = FloatVector.fromArray(F, start, startAt + Math.min(2, last) * startRow + L);
    FloatVector s30 = FloatVector.fromArray(F, start, startAt + Math.min(3, last) * startRow);
    FloatVector s31 = FloatVector.fromArray(F, start, startAt + Math.min(3, last) * startRow + L);
    for (int end = bAt + k * bRow; bAt < end; bAt += bRow) {
      FloatVector b0 = FloatVector.fromArray(F, b, bAt);
      FloatVector b1 = FloatVector.fromArray(F, b, bAt + L);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt]);
      s00 = x0.fma(b0, s00);
      s01 = x0.fma(b1, s01);
      FloatVector x1 = FloatVector.broadcast(F, a[aAt + a1]);
      s10 = x1.fma(b0, s10);
      s11 = x1.fma(b1, s11);
      FloatVector x2 = FloatVector.broadcast(F, a[aAt + a2]);
      s20 = x2.fma(b0, s20);
      s21 = x2.fma(b1, s21);
      FloatVector x3 = FloatVector.broadcast(F, a[aAt + a3]);
      s30 = x3.fma(b0, s30);
      s31 = x3.fma(b1, s31);
      aAt += aColumn;
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + L);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + L);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + L);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + L);
  }

  static void rows4x1(int rows, int k, float[] a, int aAt, int aRow, int aColumn,
      float[] b, int bAt, int bRow, float[] start, int startAt, int startRow, float[] c, int cAt,
      int cRow, int done) {
    int last = rows - 1;
    int a1 = Math.min(1, last) * aRow;
    int a2 = Math.min(2, last) * aRow;
    int a3 = Math.min(3, last) * aRow;
    int c0 = cAt;
    int c1 = cAt + Math.min(1, last) * cRow;
    int c2 = cAt + Math.min(2, last) * cRow;
    int c3 = cAt + Math.min(3, last) * cRow;
    FloatVector s00 = FloatVector.fromArray(F, start, startAt);
    FloatVector s10 = FloatVector.fromArray(F, start, startAt + Math.min(1, last) * startRow);
    FloatVector s20 = FloatVector.fromArray(F, start, startAt + Math.min(2, last) * startRow);
    FloatVector s30 = FloatVector.fromArray(F, start, startAt + Math.min(3, last) * startRow);
    for (int end = bAt + k * bRow; bAt < end; bAt += bRow) {
      FloatVector b0 = FloatVector.fromArray(F, b, bAt);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt]);
      s00 = x0.fma(b0, s00);
      FloatVector x1 = FloatVector.broadcast(F, a[aAt + a1]);
      s10 = x1.fma(b0, s10);
      FloatVector x2 = FloatVector.broadcast(F, a[aAt + a2]);
      s20 = x2.fma(b0, s20);
      FloatVector x3 = FloatVector.broadcast(F, a[aAt + a3]);
      s30 = x3.fma(b0, s30);
      aAt += aColumn;
    }
    if (done > 0) {
      VectorMask<Float> fresh = F.indexInRange(-done, L);
      s00 = FloatVector.fromArray(F, c, c0).blend(s00, fresh);
      s10 = FloatVector.fromArray(F, c, c1).blend(s10, fresh);
      s20 = FloatVector.fromArray(F, c, c2).blend(s20, fresh);
      s30 = FloatVector.fromArray(F, c, c3).blend(s30, fresh);
    }
    s00.intoArray(c, c0);
    s10.intoArray(c, c1);
    s20.intoArray(c, c2);
    s30.intoArray(c, c3);
  }
}
