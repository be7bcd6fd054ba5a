package io.qkformer.kernel;

/**
 * The geometry of a convolution over {@code images} maps {@code [inHeight, inWidth, inChannels]}. A linear layer is
 * the case kernel 1, stride 1.
 *
 * @param images  number of maps, T * B
 * @param kernel  side of the square kernel
 * @param stride  step of the kernel
 * @param padding rows and columns of zeros on each side
 */
public record ConvolutionShape(int images, int inHeight, int inWidth, int inChannels, int outChannels, int kernel,
    int stride, int padding) {

  /** Checks that an output exists. */
  public ConvolutionShape {
    if (kernel < 1 || stride < 1 || padding < 0 || padding >= kernel) {
      throw new IllegalArgumentException("expected kernel >= 1, stride >= 1, 0 <= padding < kernel, got kernel = "
          + kernel + ", stride = " + stride + ", padding = " + padding);
    }
    if (inHeight + 2 * padding < kernel || inWidth + 2 * padding < kernel) {
      throw new IllegalArgumentException("a map of " + inHeight + "x" + inWidth + " is smaller than the kernel of "
          + kernel + "x" + kernel);
    }
  }

  /** Rows of the output map. */
  public int outHeight() {
    return (inHeight + 2 * padding - kernel) / stride + 1;
  }

  /** Columns of the output map. */
  public int outWidth() {
    return (inWidth + 2 * padding - kernel) / stride + 1;
  }

  /** Floats of the weights {@code [kernel * kernel * inChannels][outChannels]}. */
  public int weightLength() {
    return kernel * kernel * inChannels * outChannels;
  }

  /** Columns of the unfolded input, {@code kernel * kernel * inChannels}. */
  int taps() {
    return kernel * kernel * inChannels;
  }

  /** Whether each pixel goes through a linear layer by itself: kernel 1, stride 1. */
  boolean isLinear() {
    return kernel == 1 && stride == 1;
  }

  /** The same arithmetic with as few borders as there can be: a linear layer sees each image as one row of pixels. */
  ConvolutionShape canonical() {
    return isLinear()
        ? new ConvolutionShape(images, 1, inHeight * inWidth, inChannels, outChannels, 1, 1, 0) : this;
  }

  /** Multiply-accumulates of one forward pass. */
  public long multiplyAccumulates() {
    return (long) images * outHeight() * outWidth() * weightLength();
  }
}
