package io.qkformer.kernel;

/**
 * Takes a convolution's output block by block, so that it never stands in memory as a whole. One thread brings all steps
 * of a block in their order; different blocks come on several threads at a time.
 */
@FunctionalInterface
public interface StepSink {

  /**
   * Takes some output pixels of one sample at one step.
   *
   * @param firstPixel of the sample's H * W
   * @param pixels     how many
   * @param rows       {@code [pixels][channels]} from {@code at} on, each row {@code rowStep} behind the one before; gone
   *                   afterwards
   * @param scratch    the thread's, of which the slots from {@link #FREE_SLOT} on may be used
   */
  void accept(int step, int sample, int firstPixel, int pixels, float[] rows, int at, int rowStep, Scratch scratch);

  /** The first float slot of {@link Scratch} that no convolution uses. */
  int FREE_SLOT = 8;
}
