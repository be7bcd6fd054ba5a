package io.qkformer.kernel;

/**
 * What each way of computing one image costs, in multiply-accumulates of the dense product on one thread. The constants
 * are measured (docs/performance.md, crossover); being ratios, most differ little between machines.
 *
 * @param add      adding one element of a weight row
 * @param point    a multiply-accumulate of the products at Winograd's points
 * @param farPoint what is added to the cost of a multiply-accumulate at Winograd's points where the transformed weights come
 *                 from the last-level cache
 * @param product  a multiply-accumulate of this pass's dense product, against the forward pass
 * @param lookUp   what the words of spikes cost in this pass, against the forward pass
 */
record ConvolutionCost(double add, double point, double farPoint, double product, double lookUp) {

  /** This machine's, forward. */
  static final ConvolutionCost HERE = of(Processor.ofThisMachine());
  /** This machine's, forward with weights that are kept in the forms wanted before. */
  static final ConvolutionCost OF_KEPT_WEIGHTS_HERE = ofKeptWeights(Processor.ofThisMachine());
  /** This machine's, of the gradient of the weights. */
  static final ConvolutionCost OF_GRADIENT_HERE = ofWeightGradient(Processor.ofThisMachine());

  /** Weights per tap that fill the last-level cache, transformed. */
  private static final double FAR_WEIGHTS = 384 * 384;
  /** Transforming one channel of a 4x4 tile there or back. */
  private static final double TRANSFORM = 800;
  /** Handling one tile. */
  private static final double TILE_VISIT = 50_000;
  private static final int TILE = 4;
  private static final int POINTS = 36;
  private static final int MIN_CHANNELS = 16;
  private static final int MIN_WEIGHTS = 512;
  /** A multiply-accumulate of a dense product with one vector of columns, which is bound by its loads. */
  private static final double NARROW = 1.7;
  /** Storing one sum of the dense product. */
  private static final double STORE = 10;
  /** Finding one weight row. */
  private static final double FIND = 12;
  /** Fetching and storing the sums of one pixel, tap and plane, for 64 channels by one strip of columns. */
  private static final double VISIT = 500;
  /** Looking up the spikes of one pixel, tap and plane, for 64 channels. */
  private static final double GATHER = 700;

  /** Of the forward pass; measured on Zen 1, Zen 4, Ice Lake and Granite Rapids. */
  static ConvolutionCost of(Processor processor) {
    return switch (processor) {
      case NARROW -> new ConvolutionCost(1.4, 1.15, 0.35, 1, 1);
      case ONE_UNIT -> new ConvolutionCost(1.03, 1.15, 0.35, 1, 1);
      case TWO_UNITS_SMALL_CACHE -> new ConvolutionCost(2.1, 1.55, 0.1, 1, 1);
      case TWO_UNITS -> new ConvolutionCost(1.35, 1.15, 0.15, 1, 1);
    };
  }

  /**
   * Of the forward pass with kept weights, which nobody transforms: measured on Emerald Rapids. An image that goes by sums saves
   * less than its share of the products where a single sample's others fetch the transformed weights all the same.
   */
  static ConvolutionCost ofKeptWeights(Processor processor) {
    ConvolutionCost forward = of(processor);
    return switch (processor) {
      case NARROW, ONE_UNIT, TWO_UNITS_SMALL_CACHE -> forward;
      case TWO_UNITS -> new ConvolutionCost(forward.add, 0.86, 0.11, forward.product, forward.lookUp);
    };
  }

  /**
   * Of the gradient of the weights, for which both factors of the dense product are packed and words are transposed; measured
   * apart from the forward pass on Ice Lake and Emerald Rapids.
   */
  static ConvolutionCost ofWeightGradient(Processor processor) {
    ConvolutionCost forward = of(processor);
    return switch (processor) {
      case NARROW, ONE_UNIT -> forward;
      case TWO_UNITS_SMALL_CACHE -> forward.with(1.25, 2);
      case TWO_UNITS -> forward.with(1.15, 1.4);
    };
  }

  private ConvolutionCost with(double newProduct, double newLookUp) {
    return new ConvolutionCost(add, point, farPoint, newProduct, newLookUp);
  }

  /** The dense product. */
  double dense(ConvolutionShape shape) {
    double each = (double) shape.multiplyAccumulates() / shape.images();
    double stores = STORE * shape.outHeight() * shape.outWidth() * shape.outChannels();
    return stores + product * (shape.outChannels() <= Panels.UNIT ? NARROW * each : each);
  }

  /** Winograd's algorithm; infinite for few channels, where it rounds more and gains little. */
  double winograd(ConvolutionShape shape) {
    if (Math.min(shape.inChannels(), shape.outChannels()) < MIN_CHANNELS
        || shape.inChannels() * shape.outChannels() < MIN_WEIGHTS) {
      return Double.POSITIVE_INFINITY;
    }
    double tiles = (double) ((shape.outHeight() + TILE - 1) / TILE) * ((shape.outWidth() + TILE - 1) / TILE);
    int in = new Panels(1, shape.inChannels()).padded();
    int out = new Panels(1, shape.outChannels()).padded();
    double weights = (double) shape.inChannels() * out;
    double each = point + farPoint * Math.min(1, weights / FAR_WEIGHTS);
    return tiles * (POINTS * each * weights + TRANSFORM * (in + out) + TILE_VISIT);
  }

  /**
   * Rows that one image adds, in all planes, up to which sums of weight rows are faster; negative where they never are.
   *
   * @param planes of the image
   * @param visits planes of a pixel's words that are gone through
   */
  double mostRows(ConvolutionShape shape, int planes, double visits, double otherwise) {
    int taps = shape.kernel() * shape.kernel();
    int chunks = (shape.inChannels() + Long.SIZE - 1) / Long.SIZE;
    int width = SpikeConvolution.stripColumns(shape.outChannels());
    int strips = (shape.outChannels() + width - 1) / width;
    double words = (double) shape.outHeight() * shape.outWidth() * taps * chunks;
    double lookups = lookUp * words * (visits * strips * VISIT + planes * GATHER);
    double perSpike = (double) taps / (shape.stride() * shape.stride())
        * (shape.outChannels() * add + strips * FIND);
    return (otherwise - lookups) / perSpike;
  }
}
