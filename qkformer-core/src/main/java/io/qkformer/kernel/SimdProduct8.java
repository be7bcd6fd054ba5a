package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code C += A B} on register blocks of 8 rows by 3, 2 or 1 vectors, for 512-bit vectors (32 registers).
 *
 * <p>Where fewer rows are left, the last row is repeated: each repetition loads, computes and stores the
 * same. Accumulators are local variables of a method with a single loop on purpose: the JIT compiler keeps
 * them in registers there, and puts them on the heap (12 times slower) as soon as they live across nested
 * loops. The kind of loop matters too: of those tried, these two are the ones that never spilled a vector on
 * JDK 17 (3 vectors) and kept their speed on JDK 25 (2 vectors); look at the machine code when changing them.
 * Masks stay out of the loop: JDK 17 has no fast masked load, so the last columns overlap the ones before,
 * and the {@code done} ones keep their value.
 */
final class SimdProduct8 {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();

  private SimdProduct8() {}

  static void rows8x3(int rows, int k, float[] a, int aAt, int aRow, int aColumn,
      float[] b, int bAt, int bRow, float[] start, int startAt, int startRow, float[] c, int cAt,
      int cRow) {
    int last = rows - 1;
    int a1 = Math.min(1, last) * aRow;
    int a2 = Math.min(2, last) * aRow;
    int a3 = Math.min(3, last) * aRow;
    int a4 = Math.min(4, last) * aRow;
    int a5 = Math.min(5, last) * aRow;
    int a6 = Math.min(6, last) * aRow;
    int a7 = Math.min(7, last) * aRow;
    int c0 = cAt;
    int c1 = cAt + Math.min(1, last) * cRow;
    int c2 = cAt + Math.min(2, last) * cRow;
    int c3 = cAt + Math.min(3, last) * cRow;
    int c4 = cAt + Math.min(4, last) * cRow;
    int c5 = cAt + Math.min(5, last) * cRow;
    int c6 = cAt + Math.min(6, last) * cRow;
    int c7 = cAt + Math.min(7, last) * cRow;
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
    FloatVector s40 = FloatVector.fromArray(F, start, startAt + Math.min(4, last) * startRow);
    FloatVector s41 = FloatVector.fromArray(F, start, startAt + Math.min(4, last) * startRow + L);
    FloatVector s42 = FloatVector.fromArray(F, start, startAt + Math.min(4, last) * startRow + 2 * L);
    FloatVector s50 = FloatVector.fromArray(F, start, startAt + Math.min(5, last) * startRow);
    FloatVector s51 = FloatVector.fromArray(F, start, startAt + Math.min(5, last) * startRow + L);
    FloatVector s52 = FloatVector.fromArray(F, start, startAt + Math.min(5, last) * startRow + 2 * L);
    FloatVector s60 = FloatVector.fromArray(F, start, startAt + Math.min(6, last) * startRow);
    FloatVector s61 = FloatVector.fromArray(F, start, startAt + Math.min(6, last) * startRow + L);
    FloatVector s62 = FloatVector.fromArray(F, start, startAt + Math.min(6, last) * startRow + 2 * L);
    FloatVector s70 = FloatVector.fromArray(F, start, startAt + Math.min(7, last) * startRow);
    FloatVector s71 = FloatVector.fromArray(F, start, startAt + Math.min(7, last) * startRow + L);
    FloatVector s72 = FloatVector.fromArray(F, start, startAt + Math.min(7, last) * startRow + 2 * L);
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
      FloatVector x4 = FloatVector.broadcast(F, a[aAt + a4]);
      s40 = x4.fma(b0, s40);
      s41 = x4.fma(b1, s41);
      s42 = x4.fma(b2, s42);
      FloatVector x5 = FloatVector.broadcast(F, a[aAt + a5]);
      s50 = x5.fma(b0, s50);
      s51 = x5.fma(b1, s51);
      s52 = x5.fma(b2, s52);
      FloatVector x6 = FloatVector.broadcast(F, a[aAt + a6]);
      s60 = x6.fma(b0, s60);
      s61 = x6.fma(b1, s61);
      s62 = x6.fma(b2, s62);
      FloatVector x7 = FloatVector.broadcast(F, a[aAt + a7]);
      s70 = x7.fma(b0, s70);
      s71 = x7.fma(b1, s71);
      s72 = x7.fma(b2, s72);
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
    s40.intoArray(c, c4);
    s41.intoArray(c, c4 + L);
    s42.intoArray(c, c4 + 2 * L);
    s50.intoArray(c, c5);
    s51.intoArray(c, c5 + L);
    s52.intoArray(c, c5 + 2 * L);
    s60.intoArray(c, c6);
    s61.intoArray(c, c6 + L);
    s62.intoArray(c, c6 + 2 * L);
    s70.intoArray(c, c7);
    s71.intoArray(c, c7 + L);
    s72.intoArray(c, c7 + 2 * L);
  }

  static void rows8x2(int rows, int k, float[] a, int aAt, int aRow, int aColumn,
      float[] b, int bAt, int bRow, float[] start, int startAt, int startRow, float[] c, int cAt,
      int cRow) {
    int last = rows - 1;
    int a1 = Math.min(1, last) * aRow;
    int a2 = Math.min(2, last) * aRow;
    int a3 = Math.min(3, last) * aRow;
    int a4 = Math.min(4, last) * aRow;
    int a5 = Math.min(5, last) * aRow;
    int a6 = Math.min(6, last) * aRow;
    int a7 = Math.min(7, last) * aRow;
    int c0 = cAt;
    int c1 = cAt + Math.min(1, last) * cRow;
    int c2 = cAt + Math.min(2, last) * cRow;
    int c3 = cAt + Math.min(3, last) * cRow;
    int c4 = cAt + Math.min(4, last) * cRow;
    int c5 = cAt + Math.min(5, last) * cRow;
    int c6 = cAt + Math.min(6, last) * cRow;
    int c7 = cAt + Math.min(7, last) * cRow;
    FloatVector s00 = FloatVector.fromArray(F, start, startAt);
    FloatVector s01 = FloatVector.fromArray(F, start, startAt + L);
    FloatVector s10 = FloatVector.fromArray(F, start, startAt + Math.min(1, last) * startRow);
    FloatVector s11 = FloatVector.fromArray(F, start, startAt + Math.min(1, last) * startRow + L);
    FloatVector s20 = FloatVector.fromArray(F, start, startAt + Math.min(2, last) * startRow);
    FloatVector s21 = FloatVector.fromArray(F, start, startAt + Math.min(2, last) * startRow + L);
    FloatVector s30 = FloatVector.fromArray(F, start, startAt + Math.min(3, last) * startRow);
    FloatVector s31 = FloatVector.fromArray(F, start, startAt + Math.min(3, last) * startRow + L);
    FloatVector s40 = FloatVector.fromArray(F, start, startAt + Math.min(4, last) * startRow);
    FloatVector s41 = FloatVector.fromArray(F, start, startAt + Math.min(4, last) * startRow + L);
    FloatVector s50 = FloatVector.fromArray(F, start, startAt + Math.min(5, last) * startRow);
    FloatVector s51 = FloatVector.fromArray(F, start, startAt + Math.min(5, last) * startRow + L);
    FloatVector s60 = FloatVector.fromArray(F, start, startAt + Math.min(6, last) * startRow);
    FloatVector s61 = FloatVector.fromArray(F, start, startAt + Math.min(6, last) * startRow + L);
    FloatVector s70 = FloatVector.fromArray(F, start, startAt + Math.min(7, last) * startRow);
    FloatVector s71 = FloatVector.fromArray(F, start, startAt + Math.min(7, last) * startRow + L);
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
      FloatVector x4 = FloatVector.broadcast(F, a[aAt + a4]);
      s40 = x4.fma(b0, s40);
      s41 = x4.fma(b1, s41);
      FloatVector x5 = FloatVector.broadcast(F, a[aAt + a5]);
      s50 = x5.fma(b0, s50);
      s51 = x5.fma(b1, s51);
      FloatVector x6 = FloatVector.broadcast(F, a[aAt + a6]);
      s60 = x6.fma(b0, s60);
      s61 = x6.fma(b1, s61);
      FloatVector x7 = FloatVector.broadcast(F, a[aAt + a7]);
      s70 = x7.fma(b0, s70);
      s71 = x7.fma(b1, s71);
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
    s40.intoArray(c, c4);
    s41.intoArray(c, c4 + L);
    s50.intoArray(c, c5);
    s51.intoArray(c, c5 + L);
    s60.intoArray(c, c6);
    s61.intoArray(c, c6 + L);
    s70.intoArray(c, c7);
    s71.intoArray(c, c7 + L);
  }

  static void rows8x1(int rows, int k, float[] a, int aAt, int aRow, int aColumn,
      float[] b, int bAt, int bRow, float[] start, int startAt, int startRow, float[] c, int cAt,
      int cRow, int done) {
    int last = rows - 1;
    int a1 = Math.min(1, last) * aRow;
    int a2 = Math.min(2, last) * aRow;
    int a3 = Math.min(3, last) * aRow;
    int a4 = Math.min(4, last) * aRow;
    int a5 = Math.min(5, last) * aRow;
    int a6 = Math.min(6, last) * aRow;
    int a7 = Math.min(7, last) * aRow;
    int c0 = cAt;
    int c1 = cAt + Math.min(1, last) * cRow;
    int c2 = cAt + Math.min(2, last) * cRow;
    int c3 = cAt + Math.min(3, last) * cRow;
    int c4 = cAt + Math.min(4, last) * cRow;
    int c5 = cAt + Math.min(5, last) * cRow;
    int c6 = cAt + Math.min(6, last) * cRow;
    int c7 = cAt + Math.min(7, last) * cRow;
    FloatVector s00 = FloatVector.fromArray(F, start, startAt);
    FloatVector s10 = FloatVector.fromArray(F, start, startAt + Math.min(1, last) * startRow);
    FloatVector s20 = FloatVector.fromArray(F, start, startAt + Math.min(2, last) * startRow);
    FloatVector s30 = FloatVector.fromArray(F, start, startAt + Math.min(3, last) * startRow);
    FloatVector s40 = FloatVector.fromArray(F, start, startAt + Math.min(4, last) * startRow);
    FloatVector s50 = FloatVector.fromArray(F, start, startAt + Math.min(5, last) * startRow);
    FloatVector s60 = FloatVector.fromArray(F, start, startAt + Math.min(6, last) * startRow);
    FloatVector s70 = FloatVector.fromArray(F, start, startAt + Math.min(7, last) * startRow);
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
      FloatVector x4 = FloatVector.broadcast(F, a[aAt + a4]);
      s40 = x4.fma(b0, s40);
      FloatVector x5 = FloatVector.broadcast(F, a[aAt + a5]);
      s50 = x5.fma(b0, s50);
      FloatVector x6 = FloatVector.broadcast(F, a[aAt + a6]);
      s60 = x6.fma(b0, s60);
      FloatVector x7 = FloatVector.broadcast(F, a[aAt + a7]);
      s70 = x7.fma(b0, s70);
      aAt += aColumn;
    }
    if (done > 0) {
      VectorMask<Float> fresh = F.indexInRange(-done, L);
      s00 = FloatVector.fromArray(F, c, c0).blend(s00, fresh);
      s10 = FloatVector.fromArray(F, c, c1).blend(s10, fresh);
      s20 = FloatVector.fromArray(F, c, c2).blend(s20, fresh);
      s30 = FloatVector.fromArray(F, c, c3).blend(s30, fresh);
      s40 = FloatVector.fromArray(F, c, c4).blend(s40, fresh);
      s50 = FloatVector.fromArray(F, c, c5).blend(s50, fresh);
      s60 = FloatVector.fromArray(F, c, c6).blend(s60, fresh);
      s70 = FloatVector.fromArray(F, c, c7).blend(s70, fresh);
    }
    s00.intoArray(c, c0);
    s10.intoArray(c, c1);
    s20.intoArray(c, c2);
    s30.intoArray(c, c3);
    s40.intoArray(c, c4);
    s50.intoArray(c, c5);
    s60.intoArray(c, c6);
    s70.intoArray(c, c7);
  }
}
