package io.qkformer.kernel;

/** Rows that become columns. */
final class Transposition {

  private Transposition() {}

  /**
   * Neighbouring rows of n values become neighbouring columns of n rows. Eight at a time: as many streams are read, and
   * what is written lies side by side.
   *
   * @param at   where the first row begins in {@code from}
   * @param to   the place of the first column's first value in {@code target}
   * @param step from a row of the target to the next
   */
  static void transpose(float[] from, int at, int rows, int n, float[] target, int to, int step) {
    int row = 0;
    for (; row + 8 <= rows; row += 8) {
      transposeEight(from, at + row * n, n, target, to + row, step);
    }
    for (; row < rows; row++) {
      for (int i = 0; i < n; i++) {
        target[to + row + i * step] = from[at + row * n + i];
      }
    }
  }

  private static void transposeEight(float[] from, int at, int n, float[] target, int to, int step) {
    int at1 = at + n;
    int at2 = at1 + n;
    int at3 = at2 + n;
    int at4 = at3 + n;
    int at5 = at4 + n;
    int at6 = at5 + n;
    int at7 = at6 + n;
    for (int i = 0, row = to; i < n; i++, row += step) {
      target[row] = from[at + i];
      target[row + 1] = from[at1 + i];
      target[row + 2] = from[at2 + i];
      target[row + 3] = from[at3 + i];
      target[row + 4] = from[at4 + i];
      target[row + 5] = from[at5 + i];
      target[row + 6] = from[at6 + i];
      target[row + 7] = from[at7 + i];
    }
  }
}
