package io.qkformer.kernel;

import static io.qkformer.kernel.ConvolutionPaths.imagesOf;
import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/** The gradients of a convolution's weights and bias: each image goes the way that is fastest for it. */
final class WeightGradient {

  /** Partial sums of a bias's gradient; their number depends on the shape alone. */
  private static final int BIAS_PARTIALS = 64;
  private static final int ROWS_AT_ONCE = 64;
  private static final int REDUCTION_GRAIN = 1 << 14;
  private static final int OUT = 2;
  private static final int GRADIENT = 3;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final ConvolutionPaths paths;

  WeightGradient(Engine engine, ConvolutionShape shape, ConvolutionPaths paths) {
    this.engine = engine;
    this.shape = shape;
    this.paths = paths;
  }

  /** {@link Convolution#weightGradient(FloatSource, FloatSource[], Floats[], Floats[])}. */
  void add(FloatSource x, FloatSource[] g, Floats[] dw, Floats[] biasGradient) {
    SpikeSource spikes = paths.spikes(x);
    SpikePlan[] plans = paths.plans(spikes);
    Path[] ways = paths.ofGradient(plans);
    int[] transformed = imagesOf(ways, Path.WINOGRAD);
    for (int part = 0; part < g.length && transformed.length > 0; part++) {
      new WinogradGradient(engine, shape).add(x, g[part], dw[part], transformed);
    }
    if (transformed.length < ways.length) {
      float[][] sums = new float[g.length][];
      Arrays.setAll(sums, part -> zeros());
      int[] summed = imagesOf(ways, Path.SPIKES);
      if (summed.length > 0) {
        new SpikeGradient(engine, shape).add(spikes, plans, g, sums, summed);
      }
      addProducts(x, g, sums, ways);
      for (int part = 0; part < g.length; part++) {
        addTo(dw[part], sums[part]);
        engine.giveBack(sums[part]);
      }
    }
    for (int part = 0; part < g.length; part++) {
      if (biasGradient[part] != null) {
        addBiasGradient(g[part], biasGradient[part]);
      }
    }
  }

  /** Adds the dense products of those images that go no other way. */
  private void addProducts(FloatSource x, FloatSource[] g, float[][] sums, Path[] ways) {
    int[] images = imagesOf(ways, Path.WINDOWS);
    if (images.length > 0 && WindowConvolution.winsWeightGradient(shape)) {
      WindowConvolution windows = new WindowConvolution(engine, shape);
      for (int part = 0; part < g.length; part++) {
        windows.weightGradient(x, g[part], sums[part], images);
      }
    } else if (images.length > 0) {
      new DenseGradient(engine, shape).add(x, g, sums, images);
    }
    images = imagesOf(ways, Path.DENSE);
    if (images.length > 0) {
      new DenseGradient(engine, shape).add(x, g, sums, images);
    }
  }

  private float[] zeros() {
    float[] sums = engine.takeBuffer(shape.weightLength());
    engine.workers().forRanges(shape.weightLength(), REDUCTION_GRAIN, (from, to, scratch) ->
        Arrays.fill(sums, ALIGNED + (int) from, ALIGNED + (int) to, 0f));
    return sums;
  }

  private void addTo(Floats target, float[] sums) {
    engine.workers().forRanges(target.length(), REDUCTION_GRAIN, (from, to, scratch) -> {
      int n = (int) (to - from);
      float[] total = scratch.floats(OUT, n);
      target.read(from, total, 0, n);
      engine.kernels().add(sums, ALIGNED + (int) from, total, 0, n);
      target.write(from, total, 0, n);
    });
  }

  private void addBiasGradient(FloatSource g, Floats biasGradient) {
    int width = shape.outChannels();
    long rows = g.length() / width;
    int partials = (int) Math.min(BIAS_PARTIALS, (rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE);
    float[][] sums = new float[partials][width];
    engine.workers().forEach(partials, (partial, scratch) -> {
      float[] tile = scratch.floats(GRADIENT, ROWS_AT_ONCE * width);
      long end = rows * (partial + 1) / partials;
      for (long row = rows * partial / partials; row < end; row += ROWS_AT_ONCE) {
        int count = (int) Math.min(ROWS_AT_ONCE, end - row);
        g.read(row * width, tile, 0, count * width);
        engine.kernels().addColumns(tile, 0, count, width, sums[partial]);
      }
    });
    float[] total = new float[width];
    biasGradient.read(0, total, 0, width);
    for (float[] sum : sums) {
      engine.kernels().add(sum, 0, total, 0, width);
    }
    biasGradient.write(0, total, 0, width);
  }
}
