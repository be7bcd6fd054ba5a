package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;

/**
 * Adaptive gradient clipping: with norms of one unit, {@code g = g * limit / |g|} where
 * {@code |g| >= limit = factor * max(|p|, 1e-3)}.
 */
record UnitClipping(double factor, Norm norm) {

  /** timm's least norm of values. */
  private static final double LEAST_VALUE = 1e-3;
  /** timm's guard against dividing by zero. */
  private static final double LEAST_GRADIENT = 1e-6;

  void apply(Tiles tiles, Workers workers) {
    // one parameter after the other: a unit's values lie in all of its tiles
    workers.forEach(tiles.slots().size(), (slot, scratch) -> clip(tiles.slots().get(slot).tensor()));
  }

  private void clip(Trained tensor) {
    TileMemory memory = new TileMemory();
    double[] values = unitNorms(tensor.value(), tensor.units(), memory);
    double[] factors = unitNorms(tensor.gradient(), tensor.units(), memory);
    boolean clips = false;
    for (int unit = 0; unit < factors.length; unit++) {
      double limit = Math.max(values[unit], LEAST_VALUE) * factor;
      clips |= factors[unit] >= limit;
      factors[unit] = factors[unit] < limit ? 1 : limit / Math.max(factors[unit], LEAST_GRADIENT);
    }
    if (clips) {
      multiply(tensor.gradient(), factors, memory);
    }
  }

  /** The output channel is the last axis of this library's weights. */
  private double[] unitNorms(Values source, int units, TileMemory memory) {
    double[] sums = new double[units];
    double[] tile = memory.doubles(0);
    for (long from = 0; from < source.count(); from += Tiles.SIZE) {
      int n = (int) Math.min(Tiles.SIZE, source.count() - from);
      source.read(from, tile, n, memory);
      for (int i = 0; i < n; i++) {
        int unit = (int) ((from + i) % units);
        sums[unit] = norm.plus(sums[unit], norm.power(tile[i]));
      }
    }
    for (int unit = 0; unit < units; unit++) {
      sums[unit] = norm.of(sums[unit]);
    }
    return sums;
  }

  private static void multiply(Values target, double[] factors, TileMemory memory) {
    double[] tile = memory.doubles(0);
    for (long from = 0; from < target.count(); from += Tiles.SIZE) {
      int n = (int) Math.min(Tiles.SIZE, target.count() - from);
      target.read(from, tile, n, memory);
      for (int i = 0; i < n; i++) {
        tile[i] *= factors[(int) ((from + i) % factors.length)];
      }
      target.write(from, tile, n, memory);
    }
  }
}
