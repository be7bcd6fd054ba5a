package io.qkformer.layer;

import io.qkformer.inference.FoldedConvolution;
import io.qkformer.inference.FoldedUnit;
import io.qkformer.inference.InferenceLayer;
import io.qkformer.kernel.Convolution;
import io.qkformer.kernel.ConvolutionShape;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution {@code [T, B, H, W, in] -> [T, B, H', W', out]}, {@code H' = (H + 2 padding - kernel) / stride + 1}.
 *
 * <p>Kept for backward: the input, as bits where it holds spikes or small counts. Cost: multiply-accumulates
 * {@code T B H' W' kernel^2 in out}, or additions in proportion to the spikes.
 */
public final class Conv2d implements Layer {

  /** Whether a bias is added. */
  public enum Bias {
    /** A learnable bias per output channel. */
    LEARNED,
    /** None. */
    NONE
  }


  /** What the backward pass does with the bias. */
  public enum BiasGradient {
    /** Sums the output's gradient. */
    SUMMED,
    /** Adds nothing: a batch norm over the batch's own statistics follows, which takes any constant away again. */
    ZERO
  }

  private enum InputGradient { COMPUTED, ZEROS }

  private final int in;
  private final int out;
  private final int kernel;
  private final int stride;
  private final int padding;
  private final Convolution.Path path;
  private final Parameter weight;
  private final Parameter bias;

  private Conv2d(int in, int out, int kernel, int stride, int padding, Bias bias, StateLayout layout,
      Initializer weightStart, Initializer biasStart) {
    if (in < 1 || out < 1) {
      throw new IllegalArgumentException("channels must be positive, got in = " + in + ", out = " + out);
    }
    if (kernel < 1 || stride < 1 || padding < 0 || padding >= kernel) {
      throw new IllegalArgumentException("expected kernel >= 1, stride >= 1, 0 <= padding < kernel, got kernel = "
          + kernel + ", stride = " + stride + ", padding = " + padding);
    }
    this.in = in;
    this.out = out;
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
    this.path = Convolution.Path.BY_DENSITY;
    this.weight = new Parameter(Parameter.Role.WEIGHT, layout, weightStart, kernel, kernel, in, out);
    this.bias = bias == Bias.NONE ? null : new Parameter(Parameter.Role.BIAS, StateLayout.SAME, biasStart, out);
  }

  /** A 3x3 convolution of stride 1 and padding 1: the map keeps its size. */
  public static Conv2d same3x3(int in, int out, Bias bias) {
    return of(in, out, 3, 1, 1, bias);
  }

  /** A 1x1 convolution that looks at every {@code stride}-th row and column. */
  public static Conv2d pointwise(int in, int out, int stride, Bias bias) {
    return of(in, out, 1, stride, 0, bias);
  }

  /**
   * Any square kernel.
   *
   * @throws IllegalArgumentException unless channels, kernel and stride are positive and padding is in [0, kernel)
   */
  public static Conv2d of(int in, int out, int kernel, int stride, int padding, Bias bias) {
    return create(in, out, kernel, stride, padding, bias, StateLayout.CONV2D);
  }

  /**
   * A linear layer over channels, which is a 1x1 convolution.
   *
   * @param layout the weight's form in the state_dict
   */
  public static Conv2d linear(int in, int out, Bias bias, StateLayout layout) {
    return create(in, out, 1, 1, 0, bias, layout);
  }

  /** The linear layer of a classification head: weight from a truncated normal of deviation 0.02, bias 0. */
  public static Conv2d head(int in, int classes) {
    return new Conv2d(in, classes, 1, 1, 0, Bias.LEARNED, StateLayout.LINEAR, Initializer.truncatedNormal(0.02),
        Initializer.constant(0));
  }

  private static Conv2d create(int in, int out, int kernel, int stride, int padding, Bias bias, StateLayout layout) {
    Initializer start = Initializer.fanInUniform(Math.max(1, in * kernel * kernel));
    return new Conv2d(in, out, kernel, stride, padding, bias, layout, start, start);
  }

  /** This layer, sharing its parameters, on another compute path. */
  public Conv2d onPath(Convolution.Path other) {
    return new Conv2d(this, other);
  }

  private Conv2d(Conv2d shared, Convolution.Path path) {
    this.in = shared.in;
    this.out = shared.out;
    this.kernel = shared.kernel;
    this.stride = shared.stride;
    this.padding = shared.padding;
    this.weight = shared.weight;
    this.bias = shared.bias;
    this.path = path;
  }

  /** Channels of the input. */
  public int inChannels() {
    return in;
  }

  /** Channels of the output. */
  public int outChannels() {
    return out;
  }

  /** {@code [kernel, kernel, in, out]}. */
  public Parameter weight() {
    return weight;
  }

  /** The geometry over maps of this size. */
  public ConvolutionShape shape(int images, int height, int width) {
    return new ConvolutionShape(images, height, width, in, out, kernel, stride, padding);
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    return forward(x, pass, BiasGradient.SUMMED);
  }

  /** {@link #forward(INDArray, Pass)}, where it is known what comes behind. */
  public Output forward(INDArray x, Pass pass, BiasGradient biasGradient) {
    Convolution convolution = convolution(x, pass);
    INDArray y = allocateOutput(x, pass);
    float[] b = borrowBias(pass);
    Saved kept = Saved.of(x, pass);
    convolution.forward(kept.values(), Floats.of(weight.value()), b, Floats.of(y));
    if (b != null) {
      pass.giveBack(b);
    }
    if (!pass.mode().keepsState()) {
      kept.release(pass);
      return Output.evaluated(y);
    }
    long[] outShape = y.shape();
    InputGradient wanted = pass.wantsGradient(x) ? InputGradient.COMPUTED : InputGradient.ZEROS;
    return new Output(y, gradient -> {
      Shapes.requireGradient(gradient, outShape, toString());
      return backward(convolution, kept, gradient, biasGradient, wanted, pass);
    });
  }

  /** The arithmetic for a map of this shape. */
  Convolution convolution(INDArray x, Pass pass) {
    return new Convolution(pass.engine(), checkedShape(x), path);
  }

  private ConvolutionShape checkedShape(INDArray x) {
    Shapes.requireMap(x, in, toString());
    return shape(Math.toIntExact(x.size(0) * x.size(1)), (int) x.size(2), (int) x.size(3));
  }

  INDArray allocateOutput(INDArray x, Pass pass) {
    ConvolutionShape shape = checkedShape(x);
    return pass.allocate(x.size(0), x.size(1), shape.outHeight(), shape.outWidth(), out);
  }

  /** The bias on the heap, or null where there is none. */
  float[] borrowBias(Pass pass) {
    return bias == null ? null : pass.borrow(bias);
  }

  /** Whether each pixel is seen alone. */
  boolean isLinear() {
    return kernel == 1 && stride == 1;
  }

  /** What the bias's gradient is added to, or null where there is none to add. */
  Floats biasSums(BiasGradient biasGradient) {
    return bias == null || biasGradient == BiasGradient.ZERO ? null : Floats.of(bias.gradient());
  }

  private INDArray backward(Convolution convolution, Saved kept, INDArray gradient, BiasGradient biasGradient,
      InputGradient inputGradient, Pass pass) {
    convolution.weightGradient(kept.values(), Floats.of(gradient), Floats.of(weight.gradient()), biasSums(biasGradient));
    kept.release(pass);
    INDArray dx = pass.allocate(kept.shape());
    if (inputGradient == InputGradient.ZEROS) {
      Floats.of(dx).clear();
      return dx;
    }
    convolution.inputGradient(Floats.of(gradient), Floats.of(weight.value()), Floats.of(dx));
    return dx;
  }

  /** A copy for inference that does what follows it, too. */
  public FoldedConvolution folded(ChannelAffine next) {
    return FoldedConvolution.fold(new FoldedConvolution.Geometry(in, out, kernel, stride, padding),
        Floats.of(weight.value()).toArray(), bias == null ? new float[out] : Floats.of(bias.value()).toArray(),
        next.scale(), next.shift());
  }

  @Override
  public InferenceLayer forInference() {
    return FoldedUnit.of(folded(ChannelAffine.identity(out)));
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    visitor.parameter(prefix + "weight", weight);
    if (bias != null) {
      visitor.parameter(prefix + "bias", bias);
    }
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    ConvolutionShape shape = shape(input.timeSteps() * input.batch(), input.height(), input.width());
    Content content = trace.content();
    MapShape output = trace.add(name, toString(),
        input.withSize(shape.outHeight(), shape.outWidth()).withChannels(out), shape.multiplyAccumulates());
    trace.keepInput(content, input);
    trace.work(output.floatBytes() + input.floatBytes());
    trace.buffer(Convolution.workBytes(shape));
    return output;
  }

  @Override
  public String toString() {
    return "Conv2d(" + in + ", " + out + ", kernel " + kernel + ", stride " + stride + ")";
  }
}
