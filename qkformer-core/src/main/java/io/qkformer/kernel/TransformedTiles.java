package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;
import static io.qkformer.kernel.WinogradTiles.OUT;
import static io.qkformer.kernel.WinogradTiles.POINTS;

import io.qkformer.tensor.FloatSource;

/**
 * Rows of tiles of an input at Winograd's points, the left factors of the products there.
 *
 * @param tiles   the geometry
 * @param weights how the right factors lie
 * @param v       {@code [point][part][tile][rowStep]} from {@link Scratch#ALIGNED} on
 * @param empty   the empty patches of each row
 * @param room    tiles that there is room for
 */
record TransformedTiles(WinogradTiles tiles, Panels weights, float[] v, int[] empty, int room) {

  /** Channels from which on tiles lie a constant step apart: with 64 that took longer, measured. */
  private static final int LEAST_CHANNELS_OF_ROWS = 96;
  /** Points lie this much further apart than they must, so that they do not compete for one set of the cache. */
  static final int SKEW = 16;

  /** Floats for some rows of tiles. */
  static long floats(WinogradTiles tiles, Panels weights, int rows) {
    return POINTS * pointStep(tiles, weights, rows * tiles.columns());
  }

  /** Whether tiles lie as {@link Panels#multiplyRows} reads them. */
  private static boolean readsRows(Panels weights) {
    return weights.rows() >= LEAST_CHANNELS_OF_ROWS;
  }

  /** Floats between tiles. */
  private static int rowStep(WinogradTiles tiles, Panels weights) {
    return readsRows(weights) ? Panels.ROW_STEP : tiles.inChannels();
  }

  /** Floats from one point to the next, where there is room for some tiles. */
  private static long pointStep(WinogradTiles tiles, Panels weights, int room) {
    int parts = readsRows(weights) ? weights.parts() : 1;
    return (long) parts * room * rowStep(tiles, weights) + SKEW;
  }

  private int rowStep() {
    return rowStep(tiles, weights);
  }

  /** Floats from one part of the channels to the next. */
  private int partStep() {
    return room * rowStep();
  }

  private int pointStep() {
    return (int) pointStep(tiles, weights, room);
  }

  /** Transforms the input under a row of tiles, which will be row {@code place} of these. */
  void transform(Kernels kernels, FloatSource x, int image, int tileRow, int place, Scratch scratch) {
    int in = tiles.inChannels();
    int depth = readsRows(weights) ? weights.depth() : in;
    float[] d = tiles.loadInput(x, image, tileRow, scratch);
    tiles.findEmptyPatches(d, tileRow, empty, place * tiles.emptyLength(), scratch);
    for (int column = 0; column < tiles.columns(); column++) {
      int at = ALIGNED + (place * tiles.columns() + column) * rowStep();
      for (int channel = 0; channel < in; channel += depth, at += partStep()) {
        kernels.winogradInput(d, ALIGNED + column * OUT * in + channel, tiles.inputRow(), in, Math.min(depth, in - channel),
            v, at, pointStep());
      }
    }
  }

  /**
   * The products of some rows of tiles at one point.
   *
   * @param place  of the first row
   * @param some   all the weights or neighbouring panels of them, the first of which lies at {@code uAt}
   * @param zeros  what the sums start with
   * @param m      receives {@code [tile][out]} from {@code mAt} on
   */
  void multiply(Kernels kernels, int place, int rows, int point, Panels some, float[] u, int uAt, float[] zeros, float[] m,
      int mAt) {
    int count = rows * tiles.columns();
    int at = ALIGNED + point * pointStep() + place * tiles.columns() * rowStep();
    if (readsRows(weights)) {
      some.multiplyRows(kernels, count, v, at, partStep(), u, uAt, zeros, ALIGNED, 0, m, mAt, some.padded());
    } else {
      some.multiply(kernels, count, v, at, rowStep(), 1, u, uAt, zeros, ALIGNED, 0, m, mAt, some.padded());
    }
  }

  /** Sets those pixels of row {@code place} to what they start with whose patch of the input is empty. */
  void clearEmptyPatches(int place, float[] pixels, int at, int channels, float[] start) {
    tiles.clearEmptyPatches(pixels, at, channels, empty, place * tiles.emptyLength(), start);
  }
}
