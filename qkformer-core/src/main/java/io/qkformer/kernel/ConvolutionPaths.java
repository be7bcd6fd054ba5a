package io.qkformer.kernel;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * Which way each image of a convolution's input goes: by the shape, the image and whether the
 * weights are kept, not by its neighbours in the batch.
 */
final class ConvolutionPaths {

  /**
   * How an input is read: the gradient of the weights asks for the same one as the forward pass, and {@link
   * Convolution#forward} for the one of which {@link Convolution#forwardSteps} left all samples.
   */
  private record Planned(SpikeSource input, SpikePlan[] plans) {
  }

  private final Engine engine;
  private final ConvolutionShape shape;
  private final Path path;
  private Planned last = new Planned(null, null);

  ConvolutionPaths(Engine engine, ConvolutionShape shape, Path path) {
    this.engine = engine;
    this.shape = shape;
    this.path = path;
  }

  /** The input's spikes, or null where they do not matter. */
  SpikeSource spikes(FloatSource x) {
    if (path != Path.BY_DENSITY && path != Path.SPIKES) {
      return null;
    }
    if (x instanceof SpikeSource spikes) {
      return spikes;
    }
    return x instanceof Floats floats ? ImagewiseMap.of(engine, floats, shape.images()) : null;
  }

  /** How the sums of rows would read each image; empty where the spikes do not matter. */
  SpikePlan[] plans(SpikeSource spikes) {
    if (spikes == null) {
      return new SpikePlan[0];
    }
    Planned known = last;
    if (spikes == known.input) {
      return known.plans;
    }
    SpikePlan[] plans = new SpikePlan[shape.images()];
    long each = spikes.length() / shape.images();
    SpikePlan.Reading reading = SpikeConvolution.reading(shape);
    engine.workers().forEach(plans.length, (image, scratch) ->
        plans[image] = SpikePlan.of(spikes, image * each, (int) (each / shape.inChannels()), shape.inChannels(), reading,
            scratch));
    if (!(spikes instanceof ImagewiseMap)) {
      // that one was made here, and nobody asks for it again
      last = new Planned(spikes, plans);
    }
    return plans;
  }

  /** The way of each image forward. */
  Path[] forward(SpikePlan[] plans) {
    return paths(plans, multiplyingForward(), ConvolutionCost.HERE);
  }

  /** The way of each image forward with some weights. */
  Path[] forward(SpikePlan[] plans, ConvolutionWeights w) {
    return w.areKept() ? paths(plans, multiplyingForward(), ConvolutionCost.OF_KEPT_WEIGHTS_HERE) : forward(plans);
  }

  /** The way of each image in the gradient of the weights. */
  Path[] ofGradient(SpikePlan[] plans) {
    return paths(plans, multiplying(), ConvolutionCost.OF_GRADIENT_HERE);
  }

  private Path[] paths(SpikePlan[] plans, Path otherwise, ConvolutionCost cost) {
    Path[] paths = new Path[shape.images()];
    Arrays.fill(paths, otherwise);
    double otherwiseCost = otherwise == Path.WINOGRAD ? cost.winograd(shape) : cost.dense(shape);
    for (int image = 0; image < plans.length; image++) {
      SpikePlan plan = plans[image];
      double most = path == Path.SPIKES ? Double.MAX_VALUE
          : cost.mostRows(shape, plan.planes(), plan.visits(), otherwiseCost);
      if (plan.rows() >= 0 && plan.rows() <= most) {
        paths[image] = Path.SPIKES;
      }
    }
    return paths;
  }

  /** The way of an image that holds no spikes, or too many. */
  Path multiplying() {
    boolean free = path == Path.BY_DENSITY;
    if (path == Path.WINOGRAD && Winograd.computes(shape) || free && winogradWins(shape)) {
      return Path.WINOGRAD;
    }
    return (path == Path.WINDOWS || free) && WindowConvolution.computes(shape) ? Path.WINDOWS : Path.DENSE;
  }

  /** The same forward, where pixels without neighbours are rows of the dense product: all, or with a stride some. */
  Path multiplyingForward() {
    return path == Path.BY_DENSITY && DenseConvolution.readsRows(shape) ? Path.DENSE : multiplying();
  }

  /** Whether Winograd's algorithm computes a convolution, and faster than the dense product. */
  static boolean winogradWins(ConvolutionShape shape) {
    return Winograd.computes(shape) && ConvolutionCost.HERE.winograd(shape) < ConvolutionCost.HERE.dense(shape);
  }

  /** The images that go a way. */
  static int[] imagesOf(Path[] paths, Path wanted) {
    return Images.where(paths.length, image -> paths[image] == wanted);
  }
}
