package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Convolution;
import io.qkformer.kernel.ConvolutionShape;
import io.qkformer.kernel.ConvolutionWeights;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.StepSink;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution, or linear layer, whose weights and bias carry the batch norm that follows it:
 * {@code (x w + b) k + s = x (w k) + (b k + s)}. The one place where inference meets {@link Convolution}.
 */
public final class FoldedConvolution {

  /** Floats of current that exist at a time, unless one sample has more: a few megabytes, for the last-level cache. */
  private static final int CHUNK = 1 << 21;

  /** The window and the channels. */
  public record Geometry(int in, int out, int kernel, int stride, int padding) {

    Geometry withOut(int channels) {
      return new Geometry(in, channels, kernel, stride, padding);
    }

    ConvolutionShape over(int images, int height, int width) {
      return new ConvolutionShape(images, height, width, in, out, kernel, stride, padding);
    }
  }

  private final Geometry geometry;
  private final float[] weights;
  private final float[] bias;
  private final ConvolutionWeights prepared;

  private FoldedConvolution(Geometry geometry, float[] weights, float[] bias) {
    this.geometry = geometry;
    this.weights = weights;
    this.bias = bias;
    this.prepared = ConvolutionWeights.of(weights);
  }

  /**
   * Folds, in double precision.
   *
   * @param weights {@code [kernel][kernel][in][out]}
   * @param bias    b, per output channel
   * @param scale   k, per output channel
   * @param shift   s, per output channel
   * @throws IllegalArgumentException when a length does not fit the geometry
   */
  public static FoldedConvolution fold(Geometry geometry, float[] weights, float[] bias, double[] scale,
      double[] shift) {
    int out = geometry.out();
    int expected = geometry.kernel() * geometry.kernel() * geometry.in() * out;
    if (weights.length != expected || bias.length != out || scale.length != out || shift.length != out) {
      throw new IllegalArgumentException("expected " + expected + " weights and " + out
          + " biases, scales and shifts, got " + weights.length + ", " + bias.length + ", " + scale.length + " and "
          + shift.length);
    }
    float[] foldedWeights = new float[expected];
    for (int i = 0; i < expected; i++) {
      foldedWeights[i] = (float) (weights[i] * scale[i % out]);
    }
    float[] foldedBias = new float[out];
    for (int c = 0; c < out; c++) {
      foldedBias[c] = (float) (bias[c] * scale[c] + shift[c]);
    }
    return new FoldedConvolution(geometry, foldedWeights, foldedBias);
  }

  /**
   * The output's shape.
   *
   * @throws IllegalArgumentException when the channels do not fit, or the map is smaller than the window
   */
  Shape outShape(Shape in) {
    if (in.channels() != geometry.in()) {
      throw new IllegalArgumentException("expected [T, B, H, W, " + geometry.in() + "], got " + in);
    }
    ConvolutionShape shape = geometry.over(in.frames(), in.height(), in.width());
    return in.withSize(shape.outHeight(), shape.outWidth()).withChannels(geometry.out());
  }

  /** Channels of the output. */
  int outChannels() {
    return geometry.out();
  }

  /**
   * Convolutions of one input as one, their output channels side by side: the input is read once, and its spikes are
   * looked for once.
   *
   * @param parts of equal geometry but for their output channels
   */
  static FoldedConvolution beside(List<FoldedConvolution> parts) {
    Geometry first = parts.get(0).geometry;
    int out = parts.stream().mapToInt(FoldedConvolution::outChannels).sum();
    int taps = first.kernel() * first.kernel() * first.in();
    float[] weights = new float[taps * out];
    float[] bias = new float[out];
    int at = 0;
    for (FoldedConvolution part : parts) {
      int width = part.outChannels();
      if (!part.geometry.equals(first.withOut(width))) {
        throw new IllegalArgumentException("expected convolutions of one geometry, got " + first + " and "
            + part.geometry);
      }
      for (int tap = 0; tap < taps; tap++) {
        System.arraycopy(part.weights, tap * width, weights, tap * out + at, width);
      }
      System.arraycopy(part.bias, 0, bias, at, width);
      at += width;
    }
    return new FoldedConvolution(first.withOut(out), weights, bias);
  }

  /** What is done with the current of some samples, which is gone afterwards; what lies behind it means nothing. */
  interface ChunkTask {
    /**
     * Uses it.
     *
     * @param current of these samples alone, {@code shape}
     */
    void run(FloatSource current, Shape shape, int firstSample);
  }

  /**
   * Computes the current of each step, block by block where it can, and as {@link #forChunks} does for the other samples.
   *
   * @param sink takes blocks
   * @param task takes what does not go to the sink
   */
  void forSteps(Activation x, Engine engine, StepSink sink, ChunkTask task) {
    Shape in = x.shape();
    Convolution convolution = over(in, engine);
    int[] left = convolution.forwardSteps(x.source(), in.batch(), prepared, bias, sink);
    for (int from = 0, to; from < left.length; from = to) {
      to = from + 1;
      while (to < left.length && left[to] == left[to - 1] + 1) {
        to++;
      }
      forChunks(x, left[from], to - from, convolution, engine, task);
    }
  }

  private Convolution over(Shape in, Engine engine) {
    return new Convolution(engine, geometry.over(in.frames(), in.height(), in.width()), Convolution.Path.BY_DENSITY);
  }

  /** Computes the current, as many samples at a time as fit the cache. */
  void forChunks(Activation x, Engine engine, ChunkTask task) {
    forChunks(x, 0, x.shape().batch(), over(x.shape(), engine), engine, task);
  }

  /** The same for some samples; {@code whole} is of all samples and may have looked up their spikes. */
  private void forChunks(Activation x, int firstSample, int batch, Convolution whole, Engine engine, ChunkTask task) {
    Shape in = x.shape();
    Shape out = outShape(in);
    int chunks = (int) Math.min(batch, (out.length() / out.batch() * batch + CHUNK - 1) / CHUNK);
    for (int chunk = 0; chunk < chunks; chunk++) {
      int first = firstSample + (int) ((long) batch * chunk / chunks);
      int samples = firstSample + (int) ((long) batch * (chunk + 1) / chunks) - first;
      Shape shape = out.withFrames(out.steps(), samples);
      INDArray memory = engine.pool().take(capacity(shape.length()));
      try {
        Floats current = Floats.of(memory);
        Convolution convolution = samples == in.batch() ? whole : over(in.withFrames(in.steps(), samples), engine);
        convolution.forward(SampleRange.of(x, first, samples), prepared, bias, current);
        task.run(current, shape, first);
      } finally {
        engine.pool().giveBack(memory);
      }
    }
  }

  /**
   * Powers of two: all of them up to the largest are less than twice the largest, which is what the pool keeps. Exact
   * lengths, another for each layer, would make it free and allocate in every call.
   */
  private static long capacity(long length) {
    long floor = Long.highestOneBit(length);
    return floor == length ? length : 2 * floor;
  }
}
