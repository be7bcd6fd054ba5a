package io.qkformer.kernel;

import java.util.Arrays;

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
  private boolean[] dense = new boolean[0];
  private int denseImages;
  private int listed;

  /**
   * Lists a tile's rows, image by image, so that what is done with one image does not depend on its neighbours. An
   * image that holds anything but small non-negative integers, or too many spikes, is marked dense and its rows are
   * left empty.
   *
   * @param rows       of each image
   * @param maxDensity spikes per element up to which an image is listed; below 0 none is
   */
  void build(Kernels kernels, float[] x, int images, int rows, int channels, double maxDensity) {
    int budget = (int) Math.min(Integer.MAX_VALUE / 2, (long) (Math.max(0, maxDensity) * rows * channels));
    if (start.length < images * rows + 1) {
      start = new int[images * rows + 1];
    }
    if (dense.length < images) {
      dense = new boolean[images];
    }
    denseImages = 0;
    int end = 0;
    for (int image = 0; image < images; image++) {
      int last = maxDensity < 0 ? -1 : listImage(kernels, x, image * rows, rows, channels, end, budget);
      dense[image] = last < 0;
      if (last < 0) {
        denseImages++;
        Arrays.fill(start, image * rows, (image + 1) * rows, end);
      } else {
        end = last;
      }
    }
    start[images * rows] = end;
    listed = end;
  }

  /** Returns the list's new end, or -1 where the image is not to be listed. */
  private int listImage(Kernels kernels, float[] x, int firstRow, int rows, int channels, int from, int budget) {
    // one row may run past the budget before it is noticed, each of its channels MAX_COUNT times
    int room = from + budget + channels * MAX_COUNT;
    if (list.length < room) {
      list = Arrays.copyOf(list, room);
    }
    int end = from;
    for (int row = firstRow; row < firstRow + rows; row++) {
      start[row] = end;
      end = kernels.listSpikes(x, row * channels, channels, list, end);
      if (end < 0 || end - from > budget) {
        return -1;
      }
    }
    return end;
  }

  /** Whether all images are listed. */
  boolean allListed() {
    return denseImages == 0;
  }

  /** Whether no spike is listed. */
  boolean isEmpty() {
    return listed == 0;
  }

  /** Whether an image is not listed. */
  boolean isDense(int image) {
    return dense[image];
  }
}
