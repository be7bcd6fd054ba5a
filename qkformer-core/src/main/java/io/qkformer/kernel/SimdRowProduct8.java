package io.qkformer.kernel;

import static io.qkformer.kernel.Panels.ROW_STEP;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link SimdProduct8} where the places of all elements are known but for one offset: the rows of A lie a constant step
 * apart, those of B without gaps. One check of bounds serves eight rows, and none is left in B, by whose places the loops
 * count: few instructions beside the products matter where two threads share a core. For the same reason as there, each
 * block is a method with one loop.
 */
final class SimdRowProduct8 {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  /** Rows of a block. */
  private static final int ROWS = 8;

  private SimdRowProduct8() {}

  /** Whether {@link #multiply} knows a product of n columns and depth k: 512 bits, up to three vectors. */
  static boolean computes(int n, int k) {
    return L == Panels.UNIT && n % L == 0 && n <= Panels.WIDTH && k <= ROW_STEP;
  }

  /** {@link Kernels#multiplyRows} of whole blocks of eight rows; returns how many rows these are. */
  static int multiply(int m, int n, int k, float[] a, int aAt, float[] b, int bAt, float[] start, int startAt, int startRow,
      float[] c, int cAt, int cRow) {
    int i = 0;
    for (; m - i >= ROWS; i += ROWS) {
      int aI = aAt + i * ROW_STEP;
      int startI = startAt + i * startRow;
      int cI = cAt + i * cRow;
      switch (n / L) {
        case 3 -> rows8x3(k, a, aI, b, bAt, start, startI, startRow, c, cI, cRow);
        case 2 -> rows8x2(k, a, aI, b, bAt, start, startI, startRow, c, cI, cRow);
        default -> rows8x1(k, a, aI, b, bAt, start, startI, startRow, c, cI, cRow);
      }
    }
    return i;
  }

  private static void rows8x3(int k, float[] a, int aAt, float[] b, int bAt, float[] start, int startAt,
      int startRow, float[] c, int cAt, int cRow) {
    FloatVector s00 = FloatVector.fromArray(F, start, startAt);
    FloatVector s01 = FloatVector.fromArray(F, start, startAt + L);
    FloatVector s02 = FloatVector.fromArray(F, start, startAt + 2 * L);
    FloatVector s10 = FloatVector.fromArray(F, start, startAt + startRow);
    FloatVector s11 = FloatVector.fromArray(F, start, startAt + startRow + L);
    FloatVector s12 = FloatVector.fromArray(F, start, startAt + startRow + 2 * L);
    FloatVector s20 = FloatVector.fromArray(F, start, startAt + 2 * startRow);
    FloatVector s21 = FloatVector.fromArray(F, start, startAt + 2 * startRow + L);
    FloatVector s22 = FloatVector.fromArray(F, start, startAt + 2 * startRow + 2 * L);
    FloatVector s30 = FloatVector.fromArray(F, start, startAt + 3 * startRow);
    FloatVector s31 = FloatVector.fromArray(F, start, startAt + 3 * startRow + L);
    FloatVector s32 = FloatVector.fromArray(F, start, startAt + 3 * startRow + 2 * L);
    FloatVector s40 = FloatVector.fromArray(F, start, startAt + 4 * startRow);
    FloatVector s41 = FloatVector.fromArray(F, start, startAt + 4 * startRow + L);
    FloatVector s42 = FloatVector.fromArray(F, start, startAt + 4 * startRow + 2 * L);
    FloatVector s50 = FloatVector.fromArray(F, start, startAt + 5 * startRow);
    FloatVector s51 = FloatVector.fromArray(F, start, startAt + 5 * startRow + L);
    FloatVector s52 = FloatVector.fromArray(F, start, startAt + 5 * startRow + 2 * L);
    FloatVector s60 = FloatVector.fromArray(F, start, startAt + 6 * startRow);
    FloatVector s61 = FloatVector.fromArray(F, start, startAt + 6 * startRow + L);
    FloatVector s62 = FloatVector.fromArray(F, start, startAt + 6 * startRow + 2 * L);
    FloatVector s70 = FloatVector.fromArray(F, start, startAt + 7 * startRow);
    FloatVector s71 = FloatVector.fromArray(F, start, startAt + 7 * startRow + L);
    FloatVector s72 = FloatVector.fromArray(F, start, startAt + 7 * startRow + 2 * L);
    int end = bAt + 3 * L * k;
    for (int p = bAt; p < end; p += 3 * L, aAt++) {
      FloatVector b0 = FloatVector.fromArray(F, b, p);
      FloatVector b1 = FloatVector.fromArray(F, b, p + L);
      FloatVector b2 = FloatVector.fromArray(F, b, p + 2 * L);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt]);
      s00 = x0.fma(b0, s00);
      s01 = x0.fma(b1, s01);
      s02 = x0.fma(b2, s02);
      FloatVector x1 = FloatVector.broadcast(F, a[aAt + ROW_STEP]);
      s10 = x1.fma(b0, s10);
      s11 = x1.fma(b1, s11);
      s12 = x1.fma(b2, s12);
      FloatVector x2 = FloatVector.broadcast(F, a[aAt + 2 * ROW_STEP]);
      s20 = x2.fma(b0, s20);
      s21 = x2.fma(b1, s21);
      s22 = x2.fma(b2, s22);
      FloatVector x3 = FloatVector.broadcast(F, a[aAt + 3 * ROW_STEP]);
      s30 = x3.fma(b0, s30);
      s31 = x3.fma(b1, s31);
      s32 = x3.fma(b2, s32);
      FloatVector x4 = FloatVector.broadcast(F, a[aAt + 4 * ROW_STEP]);
      s40 = x4.fma(b0, s40);
      s41 = x4.fma(b1, s41);
      s42 = x4.fma(b2, s42);
      FloatVector x5 = FloatVector.broadcast(F, a[aAt + 5 * ROW_STEP]);
      s50 = x5.fma(b0, s50);
      s51 = x5.fma(b1, s51);
      s52 = x5.fma(b2, s52);
      FloatVector x6 = FloatVector.broadcast(F, a[aAt + 6 * ROW_STEP]);
      s60 = x6.fma(b0, s60);
      s61 = x6.fma(b1, s61);
      s62 = x6.fma(b2, s62);
      FloatVector x7 = FloatVector.broadcast(F, a[aAt + 7 * ROW_STEP]);
      s70 = x7.fma(b0, s70);
      s71 = x7.fma(b1, s71);
      s72 = x7.fma(b2, s72);
    }
    s00.intoArray(c, cAt);
    s01.intoArray(c, cAt + L);
    s02.intoArray(c, cAt + 2 * L);
    s10.intoArray(c, cAt + cRow);
    s11.intoArray(c, cAt + cRow + L);
    s12.intoArray(c, cAt + cRow + 2 * L);
    s20.intoArray(c, cAt + 2 * cRow);
    s21.intoArray(c, cAt + 2 * cRow + L);
    s22.intoArray(c, cAt + 2 * cRow + 2 * L);
    s30.intoArray(c, cAt + 3 * cRow);
    s31.intoArray(c, cAt + 3 * cRow + L);
    s32.intoArray(c, cAt + 3 * cRow + 2 * L);
    s40.intoArray(c, cAt + 4 * cRow);
    s41.intoArray(c, cAt + 4 * cRow + L);
    s42.intoArray(c, cAt + 4 * cRow + 2 * L);
    s50.intoArray(c, cAt + 5 * cRow);
    s51.intoArray(c, cAt + 5 * cRow + L);
    s52.intoArray(c, cAt + 5 * cRow + 2 * L);
    s60.intoArray(c, cAt + 6 * cRow);
    s61.intoArray(c, cAt + 6 * cRow + L);
    s62.intoArray(c, cAt + 6 * cRow + 2 * L);
    s70.intoArray(c, cAt + 7 * cRow);
    s71.intoArray(c, cAt + 7 * cRow + L);
    s72.intoArray(c, cAt + 7 * cRow + 2 * L);
  }

  private static void rows8x2(int k, float[] a, int aAt, float[] b, int bAt, float[] start, int startAt,
      int startRow, float[] c, int cAt, int cRow) {
    FloatVector s00 = FloatVector.fromArray(F, start, startAt);
    FloatVector s01 = FloatVector.fromArray(F, start, startAt + L);
    FloatVector s10 = FloatVector.fromArray(F, start, startAt + startRow);
    FloatVector s11 = FloatVector.fromArray(F, start, startAt + startRow + L);
    FloatVector s20 = FloatVector.fromArray(F, start, startAt + 2 * startRow);
    FloatVector s21 = FloatVector.fromArray(F, start, startAt + 2 * startRow + L);
    FloatVector s30 = FloatVector.fromArray(F, start, startAt + 3 * startRow);
    FloatVector s31 = FloatVector.fromArray(F, start, startAt + 3 * startRow + L);
    FloatVector s40 = FloatVector.fromArray(F, start, startAt + 4 * startRow);
    FloatVector s41 = FloatVector.fromArray(F, start, startAt + 4 * startRow + L);
    FloatVector s50 = FloatVector.fromArray(F, start, startAt + 5 * startRow);
    FloatVector s51 = FloatVector.fromArray(F, start, startAt + 5 * startRow + L);
    FloatVector s60 = FloatVector.fromArray(F, start, startAt + 6 * startRow);
    FloatVector s61 = FloatVector.fromArray(F, start, startAt + 6 * startRow + L);
    FloatVector s70 = FloatVector.fromArray(F, start, startAt + 7 * startRow);
    FloatVector s71 = FloatVector.fromArray(F, start, startAt + 7 * startRow + L);
    int end = bAt + 2 * L * k;
    for (int p = bAt; p < end; p += 2 * L, aAt++) {
      FloatVector b0 = FloatVector.fromArray(F, b, p);
      FloatVector b1 = FloatVector.fromArray(F, b, p + L);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt]);
      s00 = x0.fma(b0, s00);
      s01 = x0.fma(b1, s01);
      FloatVector x1 = FloatVector.broadcast(F, a[aAt + ROW_STEP]);
      s10 = x1.fma(b0, s10);
      s11 = x1.fma(b1, s11);
      FloatVector x2 = FloatVector.broadcast(F, a[aAt + 2 * ROW_STEP]);
      s20 = x2.fma(b0, s20);
      s21 = x2.fma(b1, s21);
      FloatVector x3 = FloatVector.broadcast(F, a[aAt + 3 * ROW_STEP]);
      s30 = x3.fma(b0, s30);
      s31 = x3.fma(b1, s31);
      FloatVector x4 = FloatVector.broadcast(F, a[aAt + 4 * ROW_STEP]);
      s40 = x4.fma(b0, s40);
      s41 = x4.fma(b1, s41);
      FloatVector x5 = FloatVector.broadcast(F, a[aAt + 5 * ROW_STEP]);
      s50 = x5.fma(b0, s50);
      s51 = x5.fma(b1, s51);
      FloatVector x6 = FloatVector.broadcast(F, a[aAt + 6 * ROW_STEP]);
      s60 = x6.fma(b0, s60);
      s61 = x6.fma(b1, s61);
      FloatVector x7 = FloatVector.broadcast(F, a[aAt + 7 * ROW_STEP]);
      s70 = x7.fma(b0, s70);
      s71 = x7.fma(b1, s71);
    }
    s00.intoArray(c, cAt);
    s01.intoArray(c, cAt + L);
    s10.intoArray(c, cAt + cRow);
    s11.intoArray(c, cAt + cRow + L);
    s20.intoArray(c, cAt + 2 * cRow);
    s21.intoArray(c, cAt + 2 * cRow + L);
    s30.intoArray(c, cAt + 3 * cRow);
    s31.intoArray(c, cAt + 3 * cRow + L);
    s40.intoArray(c, cAt + 4 * cRow);
    s41.intoArray(c, cAt + 4 * cRow + L);
    s50.intoArray(c, cAt + 5 * cRow);
    s51.intoArray(c, cAt + 5 * cRow + L);
    s60.intoArray(c, cAt + 6 * cRow);
    s61.intoArray(c, cAt + 6 * cRow + L);
    s70.intoArray(c, cAt + 7 * cRow);
    s71.intoArray(c, cAt + 7 * cRow + L);
  }

  private static void rows8x1(int k, float[] a, int aAt, float[] b, int bAt, float[] start, int startAt,
      int startRow, float[] c, int cAt, int cRow) {
    FloatVector s00 = FloatVector.fromArray(F, start, startAt);
    FloatVector s10 = FloatVector.fromArray(F, start, startAt + startRow);
    FloatVector s20 = FloatVector.fromArray(F, start, startAt + 2 * startRow);
    FloatVector s30 = FloatVector.fromArray(F, start, startAt + 3 * startRow);
    FloatVector s40 = FloatVector.fromArray(F, start, startAt + 4 * startRow);
    FloatVector s50 = FloatVector.fromArray(F, start, startAt + 5 * startRow);
    FloatVector s60 = FloatVector.fromArray(F, start, startAt + 6 * startRow);
    FloatVector s70 = FloatVector.fromArray(F, start, startAt + 7 * startRow);
    int end = bAt + L * k;
    for (int p = bAt; p < end; p += L, aAt++) {
      FloatVector b0 = FloatVector.fromArray(F, b, p);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt]);
      s00 = x0.fma(b0, s00);
      FloatVector x1 = FloatVector.broadcast(F, a[aAt + ROW_STEP]);
      s10 = x1.fma(b0, s10);
      FloatVector x2 = FloatVector.broadcast(F, a[aAt + 2 * ROW_STEP]);
      s20 = x2.fma(b0, s20);
      FloatVector x3 = FloatVector.broadcast(F, a[aAt + 3 * ROW_STEP]);
      s30 = x3.fma(b0, s30);
      FloatVector x4 = FloatVector.broadcast(F, a[aAt + 4 * ROW_STEP]);
      s40 = x4.fma(b0, s40);
      FloatVector x5 = FloatVector.broadcast(F, a[aAt + 5 * ROW_STEP]);
      s50 = x5.fma(b0, s50);
      FloatVector x6 = FloatVector.broadcast(F, a[aAt + 6 * ROW_STEP]);
      s60 = x6.fma(b0, s60);
      FloatVector x7 = FloatVector.broadcast(F, a[aAt + 7 * ROW_STEP]);
      s70 = x7.fma(b0, s70);
    }
    s00.intoArray(c, cAt);
    s10.intoArray(c, cAt + cRow);
    s20.intoArray(c, cAt + 2 * cRow);
    s30.intoArray(c, cAt + 3 * cRow);
    s40.intoArray(c, cAt + 4 * cRow);
    s50.intoArray(c, cAt + 5 * cRow);
    s60.intoArray(c, cAt + 6 * cRow);
    s70.intoArray(c, cAt + 7 * cRow);
  }
}
