package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The spike-driven product and its weight gradient: the rows of a matrix that a list names, summed into one
 * row, or one row added to each of them.
 *
 * <p>Columns go in blocks of 6 vectors (96 channels at 512 bits), held in registers while the list passes;
 * one method with a single loop for each block size, for the reason given at {@link SimdProduct8}. The last
 * columns overlap the ones before instead of being masked.
 */
final class SimdListedRows {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int L = F.length();
  private static final Kernels NARROW = new PortableKernels();

  private SimdListedRows() {}

  static void sum(float[] w, int wAt, int width, int[] list, int from, int to, float[] y, int yAt) {
    if (from >= to) {
      return;
    }
    if (width < L) {
      NARROW.addListedRows(w, wAt, width, list, from, to, y, yAt);
      return;
    }
    int c = 0;
    for (int left = width / L; left > 0; ) {
      int block = blockOf(left);
      switch (block) {
        case 6 -> sum6(w, wAt + c, width, list, from, to, y, yAt + c);
        case 4 -> sum4(w, wAt + c, width, list, from, to, y, yAt + c);
        case 3 -> sum3(w, wAt + c, width, list, from, to, y, yAt + c);
        case 2 -> sum2(w, wAt + c, width, list, from, to, y, yAt + c);
        default -> sum1(w, wAt + c, width, list, from, to, y, yAt + c, 0);
      }
      c += block * L;
      left -= block;
    }
    if (c < width) {
      int last = width - L;
      sum1(w, wAt + last, width, list, from, to, y, yAt + last, c - last);
    }
  }

  static void spread(float[] g, int gAt, int width, int[] list, int from, int to, float[] dw, int dwAt) {
    if (from >= to) {
      return;
    }
    if (width < L) {
      NARROW.addToListedRows(g, gAt, width, list, from, to, dw, dwAt);
      return;
    }
    int c = 0;
    for (int left = width / L; left > 0; ) {
      int block = blockOf(left);
      switch (block) {
        case 6 -> spread6(g, gAt + c, width, list, from, to, dw, dwAt + c);
        case 4 -> spread4(g, gAt + c, width, list, from, to, dw, dwAt + c);
        case 3 -> spread3(g, gAt + c, width, list, from, to, dw, dwAt + c);
        case 2 -> spread2(g, gAt + c, width, list, from, to, dw, dwAt + c);
        default -> spread1(g, gAt + c, width, list, from, to, dw, dwAt + c, 0);
      }
      c += block * L;
      left -= block;
    }
    if (c < width) {
      int last = width - L;
      spread1(g, gAt + last, width, list, from, to, dw, dwAt + last, c - last);
    }
  }

  /** The next block's vectors: 8 as 4 + 4, 7 as 4 + 3, 5 as 3 + 2, so that no block of one vector is left over. */
  private static int blockOf(int left) {
    if (left == 6 || left > 8) {
      return 6;
    }
    return left > 6 ? 4 : left == 5 ? 3 : left;
  }

  private static void sum6(float[] w, int wAt, int width, int[] list, int from, int to, float[] y, int yAt) {
    FloatVector s0 = FloatVector.fromArray(F, y, yAt);
    FloatVector s1 = FloatVector.fromArray(F, y, yAt + L);
    FloatVector s2 = FloatVector.fromArray(F, y, yAt + 2 * L);
    FloatVector s3 = FloatVector.fromArray(F, y, yAt + 3 * L);
    FloatVector s4 = FloatVector.fromArray(F, y, yAt + 4 * L);
    FloatVector s5 = FloatVector.fromArray(F, y, yAt + 5 * L);
    for (int j = from; j < to; j++) {
      int at = wAt + list[j] * width;
      s0 = s0.add(FloatVector.fromArray(F, w, at));
      s1 = s1.add(FloatVector.fromArray(F, w, at + L));
      s2 = s2.add(FloatVector.fromArray(F, w, at + 2 * L));
      s3 = s3.add(FloatVector.fromArray(F, w, at + 3 * L));
      s4 = s4.add(FloatVector.fromArray(F, w, at + 4 * L));
      s5 = s5.add(FloatVector.fromArray(F, w, at + 5 * L));
    }
    s0.intoArray(y, yAt);
    s1.intoArray(y, yAt + L);
    s2.intoArray(y, yAt + 2 * L);
    s3.intoArray(y, yAt + 3 * L);
    s4.intoArray(y, yAt + 4 * L);
    s5.intoArray(y, yAt + 5 * L);
  }

  private static void sum4(float[] w, int wAt, int width, int[] list, int from, int to, float[] y, int yAt) {
    FloatVector s0 = FloatVector.fromArray(F, y, yAt);
    FloatVector s1 = FloatVector.fromArray(F, y, yAt + L);
    FloatVector s2 = FloatVector.fromArray(F, y, yAt + 2 * L);
    FloatVector s3 = FloatVector.fromArray(F, y, yAt + 3 * L);
    for (int j = from; j < to; j++) {
      int at = wAt + list[j] * width;
      s0 = s0.add(FloatVector.fromArray(F, w, at));
      s1 = s1.add(FloatVector.fromArray(F, w, at + L));
      s2 = s2.add(FloatVector.fromArray(F, w, at + 2 * L));
      s3 = s3.add(FloatVector.fromArray(F, w, at + 3 * L));
    }
    s0.intoArray(y, yAt);
    s1.intoArray(y, yAt + L);
    s2.intoArray(y, yAt + 2 * L);
    s3.intoArray(y, yAt + 3 * L);
  }

  private static void sum3(float[] w, int wAt, int width, int[] list, int from, int to, float[] y, int yAt) {
    FloatVector s0 = FloatVector.fromArray(F, y, yAt);
    FloatVector s1 = FloatVector.fromArray(F, y, yAt + L);
    FloatVector s2 = FloatVector.fromArray(F, y, yAt + 2 * L);
    for (int j = from; j < to; j++) {
      int at = wAt + list[j] * width;
      s0 = s0.add(FloatVector.fromArray(F, w, at));
      s1 = s1.add(FloatVector.fromArray(F, w, at + L));
      s2 = s2.add(FloatVector.fromArray(F, w, at + 2 * L));
    }
    s0.intoArray(y, yAt);
    s1.intoArray(y, yAt + L);
    s2.intoArray(y, yAt + 2 * L);
  }

  private static void sum2(float[] w, int wAt, int width, int[] list, int from, int to, float[] y, int yAt) {
    FloatVector s0 = FloatVector.fromArray(F, y, yAt);
    FloatVector s1 = FloatVector.fromArray(F, y, yAt + L);
    for (int j = from; j < to; j++) {
      int at = wAt + list[j] * width;
      s0 = s0.add(FloatVector.fromArray(F, w, at));
      s1 = s1.add(FloatVector.fromArray(F, w, at + L));
    }
    s0.intoArray(y, yAt);
    s1.intoArray(y, yAt + L);
  }

  private static void sum1(float[] w, int wAt, int width, int[] list, int from, int to, float[] y, int yAt,
      int done) {
    FloatVector s0 = FloatVector.fromArray(F, y, yAt);
    for (int j = from; j < to; j++) {
      int at = wAt + list[j] * width;
      s0 = s0.add(FloatVector.fromArray(F, w, at));
    }
    if (done > 0) {
      s0 = FloatVector.fromArray(F, y, yAt).blend(s0, F.indexInRange(-done, L));
    }
    s0.intoArray(y, yAt);
  }

  private static void spread6(float[] g, int gAt, int width, int[] list, int from, int to, float[] dw,
      int dwAt) {
    FloatVector g0 = FloatVector.fromArray(F, g, gAt);
    FloatVector g1 = FloatVector.fromArray(F, g, gAt + L);
    FloatVector g2 = FloatVector.fromArray(F, g, gAt + 2 * L);
    FloatVector g3 = FloatVector.fromArray(F, g, gAt + 3 * L);
    FloatVector g4 = FloatVector.fromArray(F, g, gAt + 4 * L);
    FloatVector g5 = FloatVector.fromArray(F, g, gAt + 5 * L);
    for (int j = from; j < to; j++) {
      int at = dwAt + list[j] * width;
      FloatVector.fromArray(F, dw, at).add(g0).intoArray(dw, at);
      FloatVector.fromArray(F, dw, at + L).add(g1).intoArray(dw, at + L);
      FloatVector.fromArray(F, dw, at + 2 * L).add(g2).intoArray(dw, at + 2 * L);
      FloatVector.fromArray(F, dw, at + 3 * L).add(g3).intoArray(dw, at + 3 * L);
      FloatVector.fromArray(F, dw, at + 4 * L).add(g4).intoArray(dw, at + 4 * L);
      FloatVector.fromArray(F, dw, at + 5 * L).add(g5).intoArray(dw, at + 5 * L);
    }
  }

  private static void spread4(float[] g, int gAt, int width, int[] list, int from, int to, float[] dw,
      int dwAt) {
    FloatVector g0 = FloatVector.fromArray(F, g, gAt);
    FloatVector g1 = FloatVector.fromArray(F, g, gAt + L);
    FloatVector g2 = FloatVector.fromArray(F, g, gAt + 2 * L);
    FloatVector g3 = FloatVector.fromArray(F, g, gAt + 3 * L);
    for (int j = from; j < to; j++) {
      int at = dwAt + list[j] * width;
      FloatVector.fromArray(F, dw, at).add(g0).intoArray(dw, at);
      FloatVector.fromArray(F, dw, at + L).add(g1).intoArray(dw, at + L);
      FloatVector.fromArray(F, dw, at + 2 * L).add(g2).intoArray(dw, at + 2 * L);
      FloatVector.fromArray(F, dw, at + 3 * L).add(g3).intoArray(dw, at + 3 * L);
    }
  }

  private static void spread3(float[] g, int gAt, int width, int[] list, int from, int to, float[] dw,
      int dwAt) {
    FloatVector g0 = FloatVector.fromArray(F, g, gAt);
    FloatVector g1 = FloatVector.fromArray(F, g, gAt + L);
    FloatVector g2 = FloatVector.fromArray(F, g, gAt + 2 * L);
    for (int j = from; j < to; j++) {
      int at = dwAt + list[j] * width;
      FloatVector.fromArray(F, dw, at).add(g0).intoArray(dw, at);
      FloatVector.fromArray(F, dw, at + L).add(g1).intoArray(dw, at + L);
      FloatVector.fromArray(F, dw, at + 2 * L).add(g2).intoArray(dw, at + 2 * L);
    }
  }

  private static void spread2(float[] g, int gAt, int width, int[] list, int from, int to, float[] dw,
      int dwAt) {
    FloatVector g0 = FloatVector.fromArray(F, g, gAt);
    FloatVector g1 = FloatVector.fromArray(F, g, gAt + L);
    for (int j = from; j < to; j++) {
      int at = dwAt + list[j] * width;
      FloatVector.fromArray(F, dw, at).add(g0).intoArray(dw, at);
      FloatVector.fromArray(F, dw, at + L).add(g1).intoArray(dw, at + L);
    }
  }

  private static void spread1(float[] g, int gAt, int width, int[] list, int from, int to, float[] dw,
      int dwAt, int done) {
    FloatVector g0 = FloatVector.fromArray(F, g, gAt);
    if (done > 0) {
      g0 = FloatVector.zero(F).blend(g0, F.indexInRange(-done, L));
    }
    for (int j = from; j < to; j++) {
      int at = dwAt + list[j] * width;
      FloatVector.fromArray(F, dw, at).add(g0).intoArray(dw, at);
    }
  }
}
