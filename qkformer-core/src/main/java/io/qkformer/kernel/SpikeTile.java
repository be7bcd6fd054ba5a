package io.qkformer.kernel;

/**
 * The active channels of each row of a tile: the form in which the spike-driven kernels read their input.
 *
 * <p>Row r's channels are {@code list[start[r]] .. list[start[r + 1] - 1]}, rising; a residual stream's count of 2
 * (spikes were added there) lists its channel twice.
 */
final class SpikeTile {

  /** The largest count that is listed; a residual stream holds at most the number of its summands. */
  static final int MAX_COUNT = 64;

  int[] start = new int[1];
  int[] list = new int[0];

  /**
   * Lists a tile's rows.
   *
   * @param maxDensity give up above this many spikes per element: the dense product is faster there
   * @return whether the tile holds small non-negative integers, sparsely enough
   */
  boolean build(Kernels kernels, float[] x, int rows, int channels, double maxDensity) {
    long budget = (long) (maxDensity * rows * channels);
    if (start.length < rows + 1) {
      start = new int[rows + 1];
    }
    // one row may run past the budget before it is noticed, each of its channels MAX_COUNT times
    int room = (int) Math.min(Integer.MAX_VALUE - 8L, budget + (long) channels * MAX_COUNT);
    if (list.length < room) {
      list = new int[room];
    }
    int end = 0;
    for (int r = 0; r < rows; r++) {
      start[r] = end;
      end = kernels.listSpikes(x, r * channels, channels, list, end);
      if (end < 0 || end > budget) {
        return false;
      }
    }
    start[rows] = end;
    return true;
  }
}
