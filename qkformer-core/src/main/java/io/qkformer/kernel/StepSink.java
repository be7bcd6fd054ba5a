package io.qkformer.kernel;

/**
 * Takes a convolution's output block by block, so that it never stands in memory as a whole. A block has all steps of its
 * pixels; different blocks come on several threads at a time.
 */
@FunctionalInterface
public interface StepSink {

  /**
   * Takes some output pixels of one sample at all steps.
   *
   * @param firstPixel of the sample's H * W
   * @param pixels     how many
   * @param rows       {@code [T][pixels][channels]} from {@code at} on; gone afterwards
   * @param rowStep    floats from one pixel to the next
   * @param stepStep   floats from one step to the next
   * @param scratch    the thread's, of which the slots from {@link #FREE_SLOT} on may be used
   */
  void accept(int sample, int firstPixel, int pixels, float[] rows, int at, int rowStep, int stepStep, Scratch scratch);

  /** The first float slot of {@link Scratch} that no convolution uses. */
  int FREE_SLOT = 8;
}
