package io.qkformer.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How the right factor of a dense product lies in memory: cut into panels of up to {@value #WIDTH} columns, each
 * contiguous, the last filled up with columns of zeros to a multiple of {@value #UNIT}. A register block then reads
 * its factor as one stream, whatever the matrix's width.
 *
 * @param rows    of the matrix
 * @param columns of the matrix
 */
record Panels(int rows, int columns) {

  /** Columns of a panel, three vectors of 512 bits; four vectors that are left are cut 2 + 2. */
  static final int WIDTH = 48;
  /** What widths are rounded up to: a vector of 512 bits. */
  static final int UNIT = 16;
  /**
   * Floats between rows of a left factor whose places kernels know beforehand ({@link Kernels#multiplyRows}), and the most
   * of a row: 25 cache lines, an odd number, so that neighbouring rows do not compete for one set of the cache.
   */
  static final int ROW_STEP = 400;
  /** Panels of each thread from which on it matters little if one has one more. */
  private static final int EVEN_PANELS = 3;

  /** The number of columns with those that are filled up. */
  int padded() {
    return (columns + UNIT - 1) / UNIT * UNIT;
  }

  /** Floats of all panels. */
  int length() {
    return rows * padded();
  }

  /** Width of the panel that starts at a column; its first element lies at {@code column * rows}. */
  int width(int column) {
    int left = padded() - column;
    return left == 4 * UNIT ? 2 * UNIT : Math.min(WIDTH, left);
  }

  /** Packs {@code count} neighbouring rows of a matrix without gaps, which start at {@code from}. */
  void packRows(float[] matrix, int from, int count, int firstRow, float[] panels, int at) {
    for (int column = 0; column < padded(); column += width(column)) {
      int width = width(column);
      int filled = Math.min(width, columns - column);
      int to = at + column * rows + firstRow * width;
      for (int i = 0; i < count; i++, to += width) {
        System.arraycopy(matrix, from + i * columns + column, panels, to, filled);
        if (filled < width) {
          Arrays.fill(panels, to + filled, to + width, 0f);
        }
      }
    }
  }

  /**
   * Packs one panel of the matrix that another is the transpose of.
   *
   * @param transposed the rows of the other that become the columns of this panel
   * @param column     the first of them
   */
  void packTransposed(float[] transposed, int column, float[] panels, int at) {
    int width = width(column);
    int filled = Math.min(width, columns - column);
    int panel = at + column * rows;
    Transposition.transpose(transposed, 0, filled, rows, panels, panel, width);
    for (int row = 0; row < rows && filled < width; row++) {
      Arrays.fill(panels, panel + row * width + filled, panel + (row + 1) * width, 0f);
    }
  }

  /**
   * Writes what the sums of every row start with, from {@link Scratch#ALIGNED} on.
   *
   * @param bias  one value per column, or null for zeros
   * @param first the first column's
   */
  void fillStart(float[] bias, int first, float[] start) {
    Arrays.fill(start, Scratch.ALIGNED, Scratch.ALIGNED + padded(), 0f);
    if (bias != null) {
      System.arraycopy(bias, first, start, Scratch.ALIGNED, columns);
    }
  }

  /** The first column of each panel. */
  int[] starts() {
    return IntStream.iterate(0, column -> column < padded(), column -> column + width(column)).toArray();
  }

  /** Bounds of at most so many parts of neighbouring panels, all about as many: the first column of each, and the end. */
  int[] evenStarts(int most) {
    int[] starts = starts();
    int count = Math.min(most, starts.length);
    return IntStream.rangeClosed(0, count).map(part -> part == count ? padded() : starts[starts.length * part / count])
        .toArray();
  }

  /** Some neighbouring panels, from the start of one to another's or the end; the first lies at {@code first * rows}. */
  Panels between(int first, int end) {
    return new Panels(rows, Math.min(end, columns) - first);
  }

  /** Whether several threads can take about as many panels each. */
  boolean splitEvenly(int threads) {
    int count = starts().length;
    return threads > 1 && (count % threads == 0 || count >= EVEN_PANELS * threads);
  }

  /** Into how many parts a row of the left factor is cut for {@link #multiplyRows}. */
  int parts() {
    return Math.max(1, (rows + ROW_STEP - 1) / ROW_STEP);
  }

  /** The floats of a row in each part but the last, which may have fewer. */
  int depth() {
    return ((rows + parts() - 1) / parts() + UNIT - 1) / UNIT * UNIT;
  }

  /**
   * {@link #multiply} where A is given in {@link #parts}, {@code [part][row][ROW_STEP]}.
   *
   * @param aPart floats from one part to the next
   */
  void multiplyRows(Kernels kernels, int m, float[] a, int aAt, int aPart, float[] b, int bAt, float[] start, int startAt,
      int startRow, float[] c, int cAt, int cRow) {
    int depth = depth();
    for (int column = 0; column < padded(); column += width(column)) {
      int width = width(column);
      for (int p = 0; p < parts(); p++) {
        boolean first = p == 0;
        kernels.multiplyRows(m, width, Math.min(depth, rows - p * depth), a, aAt + p * aPart, b,
            bAt + column * rows + p * depth * width, first ? start : c, first ? startAt + column : cAt + column,
            first ? startRow : cRow, c, cAt + column, cRow);
      }
    }
  }

  /**
   * {@code C = S + A B} for packed B; C and S have {@link #padded} columns.
   *
   * @param startRow 0 where every row starts with the same values
   */
  void multiply(Kernels kernels, int m, float[] a, int aAt, int aRow, int aColumn, float[] b, int bAt, float[] start,
      int startAt, int startRow, float[] c, int cAt, int cRow) {
    for (int column = 0; column < padded(); column += width(column)) {
      int width = width(column);
      kernels.multiply(m, width, rows, a, aAt, aRow, aColumn, b, bAt + column * rows, width, start, startAt + column,
          startRow, c, cAt + column, cRow);
    }
  }
}
