package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;

/**
 * A convolution's weights {@code [kernel][kernel][in][out]} in the forms that the ways of computing it read, each made
 * when it is first wanted. Kept by who computes with the same weights again and again; thread-safe.
 */
public final class ConvolutionWeights {

  private final FloatSource values;
  private final Engine lender;
  private float[] transformed;
  private float[] packed;
  private float[] strips;

  private ConvolutionWeights(FloatSource values, Engine lender) {
    this.values = values;
    this.lender = lender;
  }

  /** Weights to keep. They must not change any more. */
  public static ConvolutionWeights of(float[] values) {
    return new ConvolutionWeights(new HeapFloats(values), null);
  }

  /** Weights for one call, whose forms are the engine's buffers until {@link #release}. */
  static ConvolutionWeights once(FloatSource values, Engine engine) {
    return new ConvolutionWeights(values, engine);
  }

  /** Whether its forms are there for the next call, too. */
  boolean areKept() {
    return lender == null;
  }

  /** {@code y = x * w + bias} by Winograd's algorithm: the transformed weights are kept where the weights are. */
  void forward(Winograd winograd, FloatSource x, float[] bias, Floats y, int[] images) {
    if (areKept()) {
      winograd.forward(x, transformed(winograd), bias, y, images);
    } else {
      winograd.forwardOnce(x, values, bias, y, images);
    }
  }

  /** At Winograd's points. */
  synchronized float[] transformed(Winograd winograd) {
    if (transformed == null) {
      float[] form = buffer(winograd.transformedLength());
      winograd.transform(values, form);
      transformed = form;
    }
    return transformed;
  }

  /** In panels for the dense product. */
  synchronized float[] packed(DenseConvolution dense) {
    if (packed == null) {
      float[] form = buffer(dense.packedLength());
      dense.pack(values, form);
      packed = form;
    }
    return packed;
  }

  /** In strips for sums of rows. */
  synchronized float[] strips(SpikeConvolution spiking) {
    if (strips == null) {
      float[] form = buffer(spiking.packedLength());
      spiking.pack(values, form);
      strips = form;
    }
    return strips;
  }

  private float[] buffer(int length) {
    return lender == null ? new float[Math.max(length + ALIGNED, Scratch.LEAST)] : lender.takeBuffer(length);
  }

  /** Gives lent buffers back. */
  void release() {
    for (float[] form : new float[][] {transformed, packed, strips}) {
      if (form != null) {
        lender.giveBack(form);
      }
    }
  }
}
