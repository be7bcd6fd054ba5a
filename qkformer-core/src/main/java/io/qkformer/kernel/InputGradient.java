package io.qkformer.kernel;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;

/** The gradient of a convolution's input. */
final class InputGradient {

  /** Rows of weights that a task transposes. */
  private static final int TRANSPOSED = 32;
  private static final int OUT = 2;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final Path path;

  InputGradient(Engine engine, ConvolutionShape shape, Path path) {
    this.engine = engine;
    this.shape = shape;
    this.path = path;
  }

  /**
   * The gradient of the input, {@code dx = g * w^T}.
   *
   * @param g the gradient of the output
   */
  void of(FloatSource g, FloatSource w, Floats dx) {
    if (shape.isLinear()) {
      of(new FloatSource[] {g}, new FloatSource[] {w}, dx);
      return;
    }
    float[] reversed = engine.pool().takeBuffer(shape.weightLength());
    if (shape.stride() == 1) {
      // the transposed convolution of stride 1 is a convolution with the kernel turned round
      turnWeights(w, reversed);
      ConvolutionShape turned = new ConvolutionShape(shape.images(), shape.outHeight(), shape.outWidth(),
          shape.outChannels(), shape.inChannels(), shape.kernel(), 1, shape.kernel() - 1 - shape.padding());
      // a gradient holds no spikes: nobody needs to look for them
      Path multiplying = new ConvolutionPaths(engine, turned, path).multiplying();
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
  void of(FloatSource[] g, FloatSource[] w, Floats dx) {
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
