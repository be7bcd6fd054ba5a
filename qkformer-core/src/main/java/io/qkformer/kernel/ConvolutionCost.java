package io.qkformer.kernel;

/**
 * What each way of computing one image costs, in multiply-accumulates of the dense product on one thread. The constants
 * are measured (docs/performance.md, crossover); being ratios, they differ little between machines.
 */
final class ConvolutionCost {

  /** Transforming one channel of a 4x4 tile there or back. */
  private static final double TRANSFORM = 150;
  private static final int TILE = 4;
  private static final int POINTS = 36;
  private static final int MIN_CHANNELS = 16;
  private static final int MIN_WEIGHTS = 512;
  /** Adding one element of a weight row. */
  private static final double ADD = 1.6;
  /** Fetching and storing the sums of one pixel, tap, and 64 by 96 channels. */
  private static final double VISIT = 500;
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
    return tiles * (POINTS * (double) shape.inChannels() * out + TRANSFORM * (in + out));
  }

  /** Spikes of one image up to which sums of weight rows are faster; negative where they never are. */
  static double mostSpikes(ConvolutionShape shape, boolean besideWinograd) {
    int taps = shape.kernel() * shape.kernel();
    int chunks = (shape.inChannels() + Long.SIZE - 1) / Long.SIZE;
    int blocks = (shape.outChannels() + COLUMNS - 1) / COLUMNS;
    double visits = (double) shape.outHeight() * shape.outWidth() * taps * chunks * blocks * VISIT;
    double perSpike = (double) taps / (shape.stride() * shape.stride()) * shape.outChannels() * ADD;
    return ((besideWinograd ? winograd(shape) : dense(shape)) - visits) / perSpike;
  }
}
