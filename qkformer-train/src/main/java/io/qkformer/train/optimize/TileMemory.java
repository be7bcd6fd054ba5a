package io.qkformer.train.optimize;

/** One thread's memory for the work on a tile. */
final class TileMemory {

  private static final int SLOTS = 4;

  private final float[] floats = new float[Tiles.SIZE];
  private final float[][] singles = new float[SLOTS][Tiles.SIZE];
  private final double[][] doubles = new double[SLOTS][Tiles.SIZE];

  /** For {@link Values} alone. */
  float[] floats() {
    return floats;
  }

  /** A tile of floats, with arbitrary values. */
  float[] singles(int slot) {
    return singles[slot];
  }

  /** A tile of doubles, with arbitrary values. */
  double[] doubles(int slot) {
    return doubles[slot];
  }
}
