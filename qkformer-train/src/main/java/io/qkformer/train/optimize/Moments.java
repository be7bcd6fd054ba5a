package io.qkformer.train.optimize;

import java.util.List;

/**
 * The running means of Adam's family: {@code m = beta1 * m + share * g}, {@code v = beta2 * v + (1 - beta2) *
 * g * g}.
 *
 * @param share of the gradient in m
 */
record Moments(double beta1, double share, double beta2) {

  static final String EXP_AVG = "exp_avg";
  static final String EXP_AVG_SQ = "exp_avg_sq";
  static final List<String> NAMES = List.of(EXP_AVG, EXP_AVG_SQ);

  /** Where {@link #update} leaves m in the memory. */
  static final int FIRST = 0;
  /** Where {@link #update} leaves v. */
  static final int SECOND = 1;
  /** A slot of the memory that is free afterwards. */
  static final int FREE = 2;

  /**
   * Takes in the gradient of a tile.
   *
   * @param factor what the gradient is multiplied by first
   */
  void update(Tiles.Tile tile, TileMemory memory, double factor) {
    Trained tensor = tile.slot().tensor();
    double[] m = tile.read(tensor.state(EXP_AVG), memory, FIRST);
    double[] v = tile.read(tensor.state(EXP_AVG_SQ), memory, SECOND);
    double[] g = tile.read(tensor.gradient(), memory, FREE);
    mix(m, v, g, tile.length(), factor);
    tile.write(tensor.state(EXP_AVG), m, memory);
    tile.write(tensor.state(EXP_AVG_SQ), v, memory);
  }

  /** Reads what {@link #update} has written. */
  static void read(Tiles.Tile tile, TileMemory memory) {
    tile.read(tile.slot().tensor().state(EXP_AVG), memory, FIRST);
    tile.read(tile.slot().tensor().state(EXP_AVG_SQ), memory, SECOND);
  }

  private void mix(double[] m, double[] v, double[] g, int n, double factor) {
    double rest = 1 - beta2;
    for (int i = 0; i < n; i++) {
      double gradient = g[i] * factor;
      m[i] = beta1 * m[i] + share * gradient;
      v[i] = beta2 * v[i] + rest * gradient * gradient;
    }
  }
}
