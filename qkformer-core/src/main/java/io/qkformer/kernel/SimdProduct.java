package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * The dense product: cuts it into register blocks of rows x vectors ({@link SimdProduct8}, {@link
 * SimdColumnProduct8}, {@link SimdPanelProduct8}, {@link SimdProduct4}).
 *
 * <p>Each element of C is one chain of fused multiply-adds in the order of k, whatever the block: the result
 * does not depend on how callers cut rows and columns, nor on the vector length (as long as n fills one
 * vector).
 */
final class SimdProduct {

  private static final int L = FloatVector.SPECIES_PREFERRED.length();

  /** A panel of B of this depth and 3 vectors (96 KiB at 512 bits) stays in the second-level cache. */
  private static final int DEPTH = 512;

  /** Rows of A that stay in the second-level cache while all panels of B pass. */
  private static final int ROWS = 256;

  /** The same for a transposed A, of which a row block reads a line for each step in depth. */
  private static final int TRANSPOSED_DEPTH = 400;

  /** Rows of the tall block: its 24 accumulators need 32 registers, as AVX-512 and 64-bit ARM have. */
  private static final int TALL = 8;
  private static final int SHORT = 4;
  private static final boolean MANY_REGISTERS = L >= 16 || "aarch64".equals(System.getProperty("os.arch"));

  private static final Kernels NARROW = new PortableKernels();

  private SimdProduct() {}

  static void multiply(int m, int n, int k, float[] a, int aOffset, int aRow, int aColumn,
      float[] b, int bOffset, int bRow, float[] start, int startOffset, int startRow, float[] c, int cOffset,
      int cRow) {
    if (n < L || bRow <= 0) {
      NARROW.multiply(m, n, k, a, aOffset, aRow, aColumn, b, bOffset, bRow, start, startOffset, startRow, c, cOffset,
          cRow);
      return;
    }
    int most = aColumn > aRow ? TRANSPOSED_DEPTH : DEPTH;
    int parts = Math.max(1, (k + most - 1) / most);
    int even = (k + parts - 1) / parts;
    int p = 0;
    do {
      int depth = Math.min(even, k - p);
      boolean first = p == 0;
      for (int i = 0; i < m; i += ROWS) {
        int rows = Math.min(ROWS, m - i);
        panels(rows, n, depth, a, aOffset + i * aRow + p * aColumn, aRow, aColumn, b, bOffset + p * bRow, bRow,
            first ? start : c, first ? startOffset + i * startRow : cOffset + i * cRow, first ? startRow : cRow,
            c, cOffset + i * cRow, cRow);
      }
      p += even;
    } while (p < k);
  }

  private static void panels(int m, int n, int k, float[] a, int aAt, int aRow, int aColumn,
      float[] b, int bAt, int bRow, float[] start, int startAt, int startRow, float[] c, int cAt, int cRow) {
    int j = 0;
    for (int left = n / L; left > 0; ) {
      // 4 left are 2 + 2: a block of one vector is bound by its loads
      int vectors = left == 4 ? 2 : Math.min(3, left);
      panel(vectors, 0, m, k, a, aAt, aRow, aColumn, b, bAt + j, bRow, start, startAt + j, startRow, c, cAt + j, cRow);
      j += vectors * L;
      left -= vectors;
    }
    if (j < n) {
      int last = n - L;
      panel(1, j - last, m, k, a, aAt, aRow, aColumn, b, bAt + last, bRow, start, startAt + last, startRow,
          c, cAt + last, cRow);
    }
  }

  /** @param done leading columns of a panel of one vector that are final already and keep their value */
  private static void panel(int vectors, int done, int m, int k, float[] a, int aAt, int aRow, int aColumn,
      float[] b, int bAt, int bRow, float[] start, int startAt, int startRow, float[] c, int cAt, int cRow) {
    int i = 0;
    for (; MANY_REGISTERS && m - i >= TALL; i += TALL) {
      int aI = aAt + i * aRow;
      int sI = startAt + i * startRow;
      int cI = cAt + i * cRow;
      if (aRow == 1 && vectors == 3 && SimdPanelProduct8.computes(aColumn, bRow)) {
        SimdPanelProduct8.columns8x3(k, a, aI, b, bAt, start, sI, startRow, c, cI, cRow);
      } else if (aRow == 1) {
        switch (vectors) {
          case 3 -> SimdColumnProduct8.columns8x3(k, a, aI, aColumn, b, bAt, bRow, start, sI, startRow, c, cI, cRow);
          case 2 -> SimdColumnProduct8.columns8x2(k, a, aI, aColumn, b, bAt, bRow, start, sI, startRow, c, cI, cRow);
          default -> SimdColumnProduct8.columns8x1(k, a, aI, aColumn, b, bAt, bRow, start, sI, startRow, c, cI, cRow,
              done);
        }
      } else {
        switch (vectors) {
          case 3 -> SimdProduct8.rows8x3(k, a, aI, aRow, aColumn, b, bAt, bRow, start, sI, startRow, c, cI, cRow);
          case 2 -> SimdProduct8.rows8x2(k, a, aI, aRow, aColumn, b, bAt, bRow, start, sI, startRow, c, cI, cRow);
          default -> SimdProduct8.rows8x1(k, a, aI, aRow, aColumn, b, bAt, bRow, start, sI, startRow, c, cI, cRow, done);
        }
      }
    }
    for (; i < m; i += SHORT) {
      int rows = Math.min(SHORT, m - i);
      int aI = aAt + i * aRow;
      int sI = startAt + i * startRow;
      int cI = cAt + i * cRow;
      switch (vectors) {
        case 3 -> SimdProduct4.rows4x3(rows, k, a, aI, aRow, aColumn, b, bAt, bRow, start, sI, startRow, c, cI, cRow);
        case 2 -> SimdProduct4.rows4x2(rows, k, a, aI, aRow, aColumn, b, bAt, bRow, start, sI, startRow, c, cI, cRow);
        default -> SimdProduct4.rows4x1(rows, k, a, aI, aRow, aColumn, b, bAt, bRow, start, sI, startRow, c, cI, cRow,
            done);
      }
    }
  }
}
