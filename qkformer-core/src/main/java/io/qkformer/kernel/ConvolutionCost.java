package io.qkformer.kernel;

/**
 * What each way of computing one image costs, in multiply-accumulates of the dense product on one thread. The constants
 * are measured (docs/performance.md, crossover); being ratios, they differ little between machines.
 */
final class ConvolutionCost {

  /** A multiply-accumulate of the products at Winograd's points, whose factors come from farther memory. */
  private static final double POINT = 1.6;
  /** Transforming one channel of a 4x4 tile there or back. */
  private static final double TRANSFORM = 400;
  private static final int TILE = 4;
  private static final int POINTS = 36;
  private static final int MIN_CHANNELS = 16;
  private static final int MIN_WEIGHTS = 512;
  /** Adding one element of a weight row. */
  private static final double ADD = 1.3;
  /** Fetching and storing the sums of one pixel, tap and level, for 64 by 96 channels. */
  private static final double VISIT = 750;
  /** Looking up the spikes of 64 channels in a map of counts, at one level. */
  private static final double COUNT_LOOKUP = 1500;
  private static final int COLUMNS = 96;

  private ConvolutionCost() {
  }

  /** The dense product. */
  static double dense(ConvolutionShape shape) {
    return (double) shape.multiplyAccumulates() / shape.images();
  }

  /** Winograd's algorithm; infinite for few channels, where it rounds more and gains little. */
  static double winograd(ConvolutionShape shape) {
    if (Math.min(shape.inChannels(), shape.outChannels()) < MIN_CHANNELS
        || shape.inChannels() * shape.outChannels() < MIN_WEIGHTS) {
      return Double.POSITIVE_INFINITY;
    }
    double tiles = (double) ((shape.outHeight() + TILE - 1) / TILE) * ((shape.outWidth() + TILE - 1) / TILE);
    int in = new Panels(1, shape.inChannels()).padded();
    int out = new Panels(1, shape.outChannels()).padded();
    return tiles * (POINTS * POINT * shape.inChannels() * out + TRANSFORM * (in + out));
  }

  /**
   * Spikes of one image up to which sums of weight rows are faster; negative where they never are.
   *
   * @param levels the largest count
   */
  static double mostSpikes(ConvolutionShape shape, int levels, double otherwise) {
    int taps = shape.kernel() * shape.kernel();
    int chunks = (shape.inChannels() + Long.SIZE - 1) / Long.SIZE;
    int blocks = (shape.outChannels() + COLUMNS - 1) / COLUMNS;
    double visits = (double) shape.outHeight() * shape.outWidth() * taps * chunks * levels
        * (blocks * VISIT + (levels > 1 ? COUNT_LOOKUP : 0));
    double perSpike = (double) taps / (shape.stride() * shape.stride()) * shape.outChannels() * ADD;
    return (otherwise - visits) / perSpike;
  }
}
