package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/**
 * Convolution and linear product, forward and backward. Each image of a batch goes the way that is fastest for the
 * spikes that are there: sums of weight rows without multiplication ({@link SpikeConvolution}) where they are sparse;
 * elsewhere Winograd's algorithm for 3x3 kernels of stride 1 ({@link Winograd}), else the dense product ({@link
 * DenseConvolution}), of the input's overlapping windows where a pixel has neighbours ({@link WindowConvolution}). The
 * choice depends on the shape and the image alone, so a sample's result does not depend on its neighbours in the batch.
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

  /** Partial sums of a bias's gradient; their number depends on the shape alone. */
  private static final int BIAS_PARTIALS = 64;
  private static final int ROWS_AT_ONCE = 64;
  private static final int REDUCTION_GRAIN = 1 << 14;
  /** Rows of weights that a task transposes. */
  private static final int TRANSPOSED = 32;
  /** How many tasks a thread shall have where a task does all steps, or else each image is a task. */
  private static final int STEP_TASKS_PER_THREAD = 2;
  private static final int OUT = 2;
  private static final int GRADIENT = 3;

  /**
   * How an input is read: the gradient of the weights asks for the same one as the forward pass, and {@link #forward} for the
   * one of which {@link #forwardSteps} left all samples.
   */
  private record Planned(SpikeSource input, SpikePlan[] plans) {
  }

  private final Engine engine;
  private final ConvolutionShape shape;
  private final Path path;
  private final Winograd winograd;
  private final WindowConvolution windows;
  private final DenseConvolution dense;
  private final SpikeConvolution spiking;
  private Planned last = new Planned(null, null);

  /** A convolution of this shape. */
  public Convolution(Engine engine, ConvolutionShape shape, Path path) {
    this.engine = engine;
    this.shape = shape.canonical();
    this.path = path == Path.BY_DENSITY ? engine.path() : path;
    this.winograd = new Winograd(engine, this.shape);
    this.windows = new WindowConvolution(engine, this.shape);
    this.dense = new DenseConvolution(engine, this.shape);
    this.spiking = new SpikeConvolution(engine, this.shape);
  }

  /** Bytes of the heap that the weights, their other forms and their gradient take at a time, about. */
  public static long workBytes(ConvolutionShape shape) {
    ConvolutionShape canonical = shape.canonical();
    long backward = winogradWins(canonical) ? WinogradGradient.floats(canonical)
        : WindowConvolution.winsWeightGradient(canonical) ? WindowConvolution.gradientFloats(canonical)
            : DenseConvolution.gradientFloats(canonical);
    return Float.BYTES * (shape.weightLength() + Math.max(backward, Scratch.LEAST));
  }

  /**
   * The way that each image of an input goes forward.
   *
   * @return {@link Path#SPIKES}, {@link Path#WINOGRAD}, {@link Path#WINDOWS} or {@link Path#DENSE} for each image
   */
  public Path[] paths(FloatSource x) {
    return paths(plans(spikes(x)), multiplyingForward(), ConvolutionCost.HERE);
  }

  /** The input's spikes, or null where they do not matter. */
  private SpikeSource spikes(FloatSource x) {
    if (path != Path.BY_DENSITY && path != Path.SPIKES) {
      return null;
    }
    if (x instanceof SpikeSource spikes) {
      return spikes;
    }
    return x instanceof Floats floats ? ImagewiseMap.of(engine, floats, shape.images()) : null;
  }

  /** How the sums of rows would read each image; empty where the spikes do not matter. */
  private SpikePlan[] plans(SpikeSource spikes) {
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

  private Path multiplying() {
    boolean free = path == Path.BY_DENSITY;
    if (path == Path.WINOGRAD && Winograd.computes(shape) || free && winogradWins(shape)) {
      return Path.WINOGRAD;
    }
    return (path == Path.WINDOWS || free) && WindowConvolution.computes(shape) ? Path.WINDOWS : Path.DENSE;
  }

  /** Forward, pixels without neighbours are rows of the dense product, all of them or, with a stride, some. */
  private Path multiplyingForward() {
    return path == Path.BY_DENSITY && DenseConvolution.readsRows(shape) ? Path.DENSE : multiplying();
  }

  private static boolean winogradWins(ConvolutionShape shape) {
    return Winograd.computes(shape) && ConvolutionCost.HERE.winograd(shape) < ConvolutionCost.HERE.dense(shape);
  }

  private static int[] imagesOf(Path[] paths, Path wanted) {
    return Images.where(paths.length, image -> paths[image] == wanted);
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
    SpikeSource spikes = spikes(x);
    SpikePlan[] plans = plans(spikes);
    Path[] paths = paths(plans, multiplyingForward(), ConvolutionCost.HERE);
    int[] images = imagesOf(paths, Path.SPIKES);
    int[] transformed = imagesOf(paths, Path.WINOGRAD);
    boolean together = images.length > 0 && transformed.length > 0 && w.length == 1 && w[0].areKept()
        && !winograd.splitsColumns(transformed.length);
    if (images.length > 0) {
      Tasks first = together ? winograd.tasks(x, w[0].transformed(winograd), bias[0], y[0], transformed) : Tasks.NONE;
      spiking.forward(spikes, plans, w, bias, y, images, first);
    }
    for (int part = 0; part < w.length && transformed.length > 0 && !together; part++) {
      w[part].forward(winograd, x, bias[part], y[part], transformed);
    }
    images = imagesOf(paths, Path.WINDOWS);
    if (images.length > 0) {
      windows.forward(x, forms(w, each -> each.packed(dense)), bias, y, images);
    }
    images = imagesOf(paths, Path.DENSE);
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
    SpikeSource spikes = spikes(x);
    SpikePlan[] plans = plans(spikes);
    Path otherwise = multiplyingForward();
    Path[] paths = paths(plans, otherwise, ConvolutionCost.HERE);
    StepWays ways = StepWays.of(paths, batch, mixable(otherwise));
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
    SpikeSource spikes = spikes(x);
    SpikePlan[] plans = plans(spikes);
    Path[] paths = paths(plans, multiplying(), ConvolutionCost.OF_GRADIENT_HERE);
    int[] images = imagesOf(paths, Path.WINOGRAD);
    for (int part = 0; part < g.length && images.length > 0; part++) {
      new WinogradGradient(engine, shape).add(x, g[part], dw[part], images);
    }
    if (images.length < paths.length) {
      float[][] sums = new float[g.length][];
      for (int part = 0; part < g.length; part++) {
        sums[part] = zeros();
      }
      images = imagesOf(paths, Path.SPIKES);
      if (images.length > 0) {
        new SpikeGradient(engine, shape).add(spikes, plans, g, sums, images);
      }
      images = imagesOf(paths, Path.WINDOWS);
      for (int part = 0; part < g.length && images.length > 0 && WindowConvolution.winsWeightGradient(shape); part++) {
        windows.weightGradient(x, g[part], sums[part], images);
      }
      if (images.length > 0 && !WindowConvolution.winsWeightGradient(shape)) {
        dense.weightGradient(x, g, sums, images);
      }
      images = imagesOf(paths, Path.DENSE);
      if (images.length > 0) {
        dense.weightGradient(x, g, sums, images);
      }
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

  /**
   * The gradient of the input, {@code dx = g * w^T}.
   *
   * @param g the gradient of the output
   */
  public void inputGradient(FloatSource g, FloatSource w, Floats dx) {
    if (shape.isLinear()) {
      inputGradient(new FloatSource[] {g}, new FloatSource[] {w}, dx);
      return;
    }
    float[] reversed = engine.pool().takeBuffer(shape.weightLength());
    if (shape.stride() == 1) {
      // the transposed convolution of stride 1 is a convolution with the kernel turned round
      turnWeights(w, reversed);
      ConvolutionShape turned = new ConvolutionShape(shape.images(), shape.outHeight(), shape.outWidth(),
          shape.outChannels(), shape.inChannels(), shape.kernel(), 1, shape.kernel() - 1 - shape.padding());
      // a gradient holds no spikes: nobody needs to look for them
      Path multiplying = new Convolution(engine, turned, path).multiplying();
      new Convolution(engine, turned, multiplying).forward(g, new HeapFloats(reversed), null, dx);
    } else {
      transpose(w, 0, shape.taps(), reversed, 0);
      StridedGradient strided = new StridedGradient(engine, shape);
      if (shape.kernel() == 1 && path != Path.DENSE) {
        strided.spread(g, reversed, dx);
      } else {
        strided.fold(g, reversed, dx);
      }
    }
    engine.pool().giveBack(reversed);
  }

  /**
   * The gradient of an input that several linear layers of this shape share, the sum of their gradients, as one product.
   *
   * @param g the gradient of each output
   * @throws IllegalArgumentException when this is no linear layer
   */
  public void inputGradient(FloatSource[] g, FloatSource[] w, Floats dx) {
    if (!shape.isLinear()) {
      throw new IllegalArgumentException("expected a linear layer, kernel 1 and stride 1, got " + shape);
    }
    DenseConvolution back = new DenseConvolution(engine, new ConvolutionShape(shape.images(), shape.outHeight(),
        shape.outWidth(), shape.outChannels(), shape.inChannels(), 1, 1, 0));
    float[][] packed = new float[w.length][];
    for (int part = 0; part < w.length; part++) {
      packed[part] = engine.takeBuffer(back.packedLength());
      back.packTransposed(w[part], packed[part]);
    }
    back.forwardSum(g, packed, dx, Images.upTo(shape.images()));
    for (float[] each : packed) {
      engine.giveBack(each);
    }
  }

  /** {@code [tap][in][out]} to {@code [last - tap][out][in]}. */
  private void turnWeights(FloatSource w, float[] turned) {
    int in = shape.inChannels();
    int taps = shape.kernel() * shape.kernel();
    for (int tap = 0; tap < taps; tap++) {
      transpose(w, tap * in, in, turned, (taps - 1 - tap) * in * shape.outChannels());
    }
  }

  /** Transposes {@code rows} rows of the weights from row {@code first} on. */
  private void transpose(FloatSource w, int first, int rows, float[] target, int to) {
    int columns = shape.outChannels();
    engine.workers().forRanges(rows, TRANSPOSED, (from, end, scratch) -> {
      int count = (int) (end - from);
      float[] some = scratch.floats(OUT, count * columns);
      w.read((first + from) * columns, some, 0, count * columns);
      Transposition.transpose(some, 0, count, columns, target, to + (int) from, rows);
    });
  }
}
