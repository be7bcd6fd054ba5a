package io.qkformer.kernel;

import static io.qkformer.kernel.Panels.ROW_STEP;
import static io.qkformer.kernel.Panels.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link SimdRowProduct8} where B is one panel of more than the near caches hold, as the transformed weights of wide 3x3
 * layers are, and all rows start with the same values. What lies behind the panel, which is multiplied next as a rule, is
 * fetched meanwhile: Java has no prefetch instruction, so each step in depth reads one of its floats. A block returns their
 * sum, which means nothing, and which nobody needs; without it the JIT compiler would leave the reads away.
 *
 * <p>The method must stay this short. Two steps in depth for one read would need fewer instructions, sums that start
 * differently 21 loads more: then C2 puts the vectors on the heap in some starts (JDK 17), and a product takes ten times as
 * long. With more variables it keeps B's address in a vector register.
 */
final class SimdFetchingProduct8 {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  /** Rows of a block. */
  private static final int ROWS = 8;
  /** Floats of all panels from which on they come from the third-level cache. */
  private static final int FAR = 1 << 20;
  /** From one float that is fetched to the next: eight blocks together reach as far as the next panel does. */
  private static final int STEP = WIDTH / ROWS;

  private SimdFetchingProduct8() {}

  /**
   * Whether {@link #multiply} knows a product of n columns and depth k, of 512 bits, and shall compute it.
   *
   * @param panels   floats of B with all that lies around
   * @param startRow 0 where every row starts with the same values
   */
  static boolean computes(int n, int k, int panels, int startRow) {
    return L == Panels.UNIT && n == WIDTH && k <= ROW_STEP && panels >= FAR && startRow == 0;
  }

  /** {@link Kernels#multiplyRows} of whole blocks of eight rows; returns how many rows these are. */
  static int multiply(int m, int k, float[] a, int aAt, float[] b, int bAt, float[] start, int startAt, float[] c, int cAt,
      int cRow) {
    int next = bAt + WIDTH * k;
    int blockStep = STEP * k;
    int i = 0;
    for (; m - i >= ROWS; i += ROWS, next += blockStep) {
      if (next + blockStep > b.length) {
        next = bAt;
      }
      rows8x3(k, a, aAt + i * ROW_STEP, b, bAt, next, start, startAt, c, cAt + i * cRow, cRow);
    }
    return i;
  }

  private static float rows8x3(int k, float[] a, int aAt, float[] b, int bAt, int next, float[] start, int startAt,
      float[] c, int cAt, int cRow) {
    float fetched = 0f;
    FloatVector s00 = FloatVector.fromArray(F, start, startAt);
    FloatVector s01 = FloatVector.fromArray(F, start, startAt + L);
    FloatVector s02 = FloatVector.fromArray(F, start, startAt + 2 * L);
    FloatVector s10 = s00;
    FloatVector s11 = s01;
    FloatVector s12 = s02;
    FloatVector s20 = s00;
    FloatVector s21 = s01;
    FloatVector s22 = s02;
    FloatVector s30 = s00;
    FloatVector s31 = s01;
    FloatVector s32 = s02;
    FloatVector s40 = s00;
    FloatVector s41 = s01;
    FloatVector s42 = s02;
    FloatVector s50 = s00;
    FloatVector s51 = s01;
    FloatVector s52 = s02;
    FloatVector s60 = s00;
    FloatVector s61 = s01;
    FloatVector s62 = s02;
    FloatVector s70 = s00;
    FloatVector s71 = s01;
    FloatVector s72 = s02;
    int end = bAt + WIDTH * k;
    for (int p = bAt; p < end; p += WIDTH, aAt++, next += STEP) {
      fetched += b[next];
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
    return fetched;
  }
}
