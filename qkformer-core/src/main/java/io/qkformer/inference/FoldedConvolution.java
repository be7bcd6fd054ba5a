package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Convolution;
import io.qkformer.kernel.ConvolutionShape;
import io.qkformer.kernel.Engine;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;

/**
 * A convolution, or linear layer, whose weights and bias carry the batch norm that follows it:
 * {@code (x w + b) k + s = x (w k) + (b k + s)}. The one place where inference meets {@link Convolution}.
 */
public final class FoldedConvolution {

  /** The window and the channels. */
  public record Geometry(int in, int out, int kernel, int stride, int padding) {

    ConvolutionShape over(int images, int height, int width) {
      return new ConvolutionShape(images, height, width, in, out, kernel, stride, padding);
    }
  }

  private final Geometry geometry;
  private final float[] weights;
  private final float[] bias;

  private FoldedConvolution(Geometry geometry, float[] weights, float[] bias) {
    this.geometry = geometry;
    this.weights = weights;
    this.bias = bias;
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

  /**
   * Computes the current of some samples.
   *
   * @param x  values of shape {@code in}
   * @param y  receives values of shape {@code outShape(in)}
   */
  void forward(FloatSource x, Shape in, Floats y, Engine engine) {
    new Convolution(engine, geometry.over(in.frames(), in.height(), in.width()), Convolution.Path.BY_DENSITY)
        .forward(x, weights, bias, y);
  }
}
