package io.qkformer.kernel;

import static io.qkformer.kernel.ConvolutionPaths.imagesOf;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/**
 * Convolution and linear product, forward and backward. Each image of a batch goes the way that is fastest for the
 * spikes that are there: sums of weight rows without multiplication ({@link SpikeConvolution}) where they are sparse;
 * elsewhere Winograd's algorithm for 3x3 kernels of stride 1 ({@link Winograd}), else the dense product ({@link
 * DenseConvolution}), of the input's overlapping windows where a pixel has neighbours ({@link WindowConvolution}). The
 * choice depends on the shape, the image and whether the weights are kept, so a sample's result does not depend on its
 * neighbours in the batch.
 *
 * <p>Weights are {@code [kernel][kernel][inChannels][outChannels]}: a spike selects one contiguous row.
 */
public final class Convolution {

  /** How the products with an input are computed. */
  public enum Path {
    /** By the layer's shape and the density of each image, whichever is fastest. */
    BY_DENSITY,
    /** Sums of weight rows wherever a map holds spikes or counts of them, however many; else the dense product. */
    SPIKES,
    /** Winograd's algorithm wherever the shape allows it, else the dense product. */
    WINOGRAD,
    /** The dense product over the overlapping windows of the padded rows, which are not unfolded. */
    WINDOWS,
    /** Always the dense product of the unfolded input: the slow twin of the others. */
    DENSE
  }

  /** How many tasks a thread shall have where a task does all steps, or else each image is a task. */
  private static final int STEP_TASKS_PER_THREAD = 2;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final Path path;
  private final Winograd winograd;
  private final WindowConvolution windows;
  private final DenseConvolution dense;
  private final SpikeConvolution spiking;
  private final ConvolutionPaths paths;

  /** A convolution of this shape. */
  public Convolution(Engine engine, ConvolutionShape shape, Path path) {
    this.engine = engine;
    this.shape = shape.canonical();
    this.path = path == Path.BY_DENSITY ? engine.path() : path;
    this.paths = new ConvolutionPaths(engine, this.shape, this.path);
    this.winograd = new Winograd(engine, this.shape);
    this.windows = new WindowConvolution(engine, this.shape);
    this.dense = new DenseConvolution(engine, this.shape);
    this.spiking = new SpikeConvolution(engine, this.shape);
  }

  /** Bytes of the heap that the weights, their other forms and their gradient take at a time, about. */
  public static long workBytes(ConvolutionShape shape) {
    ConvolutionShape canonical = shape.canonical();
    long backward = ConvolutionPaths.winogradWins(canonical) ? WinogradGradient.floats(canonical)
        : WindowConvolution.winsWeightGradient(canonical) ? WindowConvolution.gradientFloats(canonical)
            : DenseGradient.floats(canonical);
    return Float.BYTES * (shape.weightLength() + Math.max(backward, Scratch.LEAST));
  }

  /**
   * The way that each image of an input goes forward, with weights that are not kept.
   *
   * @return {@link Path#SPIKES}, {@link Path#WINOGRAD}, {@link Path#WINDOWS} or {@link Path#DENSE} for each image
   */
  public Path[] paths(FloatSource x) {
    return paths.forward(paths.plans(paths.spikes(x)));
  }

  /**
   * {@code y = x * w + bias}.
   *
   * @param x    a {@link SpikeSource} where it is known to hold spikes or counts of them, which stay as they are from call to
   *             call
   * @param w    {@code [kernel][kernel][in][out]}
   * @param bias per output channel, or null
   */
  public void forward(FloatSource x, FloatSource w, float[] bias, Floats y) {
    forward(x, new FloatSource[] {w}, new float[][] {bias}, new Floats[] {y});
  }

  /**
   * Several convolutions of one input, of this shape each: it is read, and its spikes are looked up, once.
   *
   * @param bias per output channel, or null, for each
   */
  public void forward(FloatSource x, FloatSource[] w, float[][] bias, Floats[] y) {
    ConvolutionWeights[] once = new ConvolutionWeights[w.length];
    Arrays.setAll(once, part -> ConvolutionWeights.once(w[part], engine));
    forward(x, once, bias, y);
    for (ConvolutionWeights each : once) {
      each.release();
    }
  }

  /** {@link #forward(FloatSource, FloatSource, float[], Floats)} with weights that are kept in the forms wanted before. */
  public void forward(FloatSource x, ConvolutionWeights w, float[] bias, Floats y) {
    forward(x, new ConvolutionWeights[] {w}, new float[][] {bias}, new Floats[] {y});
  }

  private void forward(FloatSource x, ConvolutionWeights[] w, float[][] bias, Floats[] y) {
    SpikeSource spikes = paths.spikes(x);
    SpikePlan[] plans = paths.plans(spikes);
    Path[] ways = paths.forward(plans, w[0]);
    int[] images = imagesOf(ways, Path.SPIKES);
    int[] transformed = imagesOf(ways, Path.WINOGRAD);
    boolean together = images.length > 0 && transformed.length > 0 && w.length == 1 && w[0].areKept()
        && !winograd.splitsColumns(transformed.length);
    if (images.length > 0) {
      Tasks first = together ? winograd.tasks(x, w[0].transformed(winograd), bias[0], y[0], transformed) : Tasks.NONE;
      spiking.forward(spikes, plans, w, bias, y, images, first);
    }
    for (int part = 0; part < w.length && transformed.length > 0 && !together; part++) {
      w[part].forward(winograd, x, bias[part], y[part], transformed);
    }
    images = imagesOf(ways, Path.WINDOWS);
    if (images.length > 0) {
      windows.forward(x, forms(w, each -> each.packed(dense)), bias, y, images);
    }
    images = imagesOf(ways, Path.DENSE);
    if (images.length > 0) {
      dense.forward(x, forms(w, each -> each.packed(dense)), bias, y, images);
    }
  }

  /**
   * {@link #forward(FloatSource, ConvolutionWeights, float[], Floats)} for those samples of which no step goes by {@link
   * Path#WINDOWS}; their output goes to a sink. It is computed as in the other methods, to the last bit.
   *
   * @param x     {@code [T * batch]} images, step after step
   * @param batch samples of one step
   * @return the other samples, for which nothing was done: all where they would be but a few blocks
   */
  public int[] forwardSteps(FloatSource x, int batch, ConvolutionWeights w, float[] bias, StepSink sink) {
    int steps = shape.images() / batch;
    SpikeSource spikes = paths.spikes(x);
    SpikePlan[] plans = paths.plans(spikes);
    Path otherwise = paths.multiplyingForward();
    StepWays ways = StepWays.of(paths.forward(plans, w), batch, mixable(otherwise));
    int[] mixed = ways.mixed();
    int tasks = ways.summed().length * spiking.stepTasks(steps)
        + mixed.length * (otherwise == Path.WINOGRAD ? winograd.stepTasks(mixed.length, steps) : dense.stepTasks(steps));
    if (tasks < STEP_TASKS_PER_THREAD * engine.workers().threads()) {
      return Images.upTo(batch);
    }
    if (ways.images().length == 0) {
      multiplySteps(otherwise, x, batch, mixed, w, bias, OtherWay.NONE, sink).run(engine.workers());
      return ways.left();
    }
    SpikeSums sums = spiking.sums(spikes, plans, w, bias, ways.images());
    multiplySteps(otherwise, x, batch, mixed, w, bias, sums, sink)
        .then(spiking.forwardSteps(sums, batch, ways.summed(), sink)).run(engine.workers());
    sums.release();
    return ways.left();
  }

  /** The ways that the steps of one sample may go for a sink: rows of both must lie alike. */
  private Set<Path> mixable(Path otherwise) {
    Set<Path> ways = EnumSet.noneOf(Path.class);
    if (otherwise != Path.WINDOWS) {
      ways.add(otherwise);
    }
    if (shape.outChannels() % Panels.UNIT == 0) {
      ways.add(Path.SPIKES);
    }
    return ways;
  }

  private Tasks multiplySteps(Path way, FloatSource x, int batch, int[] samples, ConvolutionWeights w, float[] bias,
      OtherWay other, StepSink sink) {
    if (samples.length == 0) {
      return Tasks.NONE;
    }
    return way == Path.WINOGRAD ? winograd.forwardSteps(x, w.transformed(winograd), bias, batch, samples, other, sink)
        : dense.forwardSteps(x, w.packed(dense), bias, batch, samples, other, sink);
  }

  private static float[][] forms(ConvolutionWeights[] weights, Function<ConvolutionWeights, float[]> form) {
    return Arrays.stream(weights).map(form).toArray(float[][]::new);
  }

  /**
   * Adds the gradient of the weights, and of the bias, to what is there.
   *
   * @param x            the forward input
   * @param g            the gradient of the output
   * @param dw           receives the sum with the gradient of the weights
   * @param biasGradient receives the sum with the gradient of the bias, or null
   */
  public void weightGradient(FloatSource x, FloatSource g, Floats dw, Floats biasGradient) {
    weightGradient(x, new FloatSource[] {g}, new Floats[] {dw}, new Floats[] {biasGradient});
  }

  /**
   * Adds the gradients of several convolutions of one input, of this shape each: it is read, and its spikes are looked
   * up, once.
   *
   * @param biasGradient receives the sum with the gradient of the bias, or null, for each
   */
  public void weightGradient(FloatSource x, FloatSource[] g, Floats[] dw, Floats[] biasGradient) {
    new WeightGradient(engine, shape, paths).add(x, g, dw, biasGradient);
  }

  /**
   * The gradient of the input, {@code dx = g * w^T}.
   *
   * @param g the gradient of the output
   */
  public void inputGradient(FloatSource g, FloatSource w, Floats dx) {
    new InputGradient(engine, shape, path).of(g, w, dx);
  }

  /**
   * The gradient of an input that several linear layers of this shape share, the sum of their gradients, as one product.
   *
   * @param g the gradient of each output
   * @throws IllegalArgumentException when this is no linear layer
   */
  public void inputGradient(FloatSource[] g, FloatSource[] w, Floats dx) {
    new InputGradient(engine, shape, path).of(g, w, dx);
  }
}
