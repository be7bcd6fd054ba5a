package io.qkformer.train.optimize;

/** How the learning rate grows with the number of samples per step: timm's {@code lr_base_scale}. */
public enum RateScaling {
  /** In proportion (arXiv 1706.02677): {@code base * batch / 256}. */
  LINEAR,
  /** With the root, which timm takes for LAMB and Adam-like optimizers whose name holds "ada". */
  SQUARE_ROOT;

  /** The batch of the base rate: timm's {@code lr_base_size}, MAE's too. */
  public static final int BASE_SIZE = 256;

  /**
   * The rate for a batch.
   *
   * @param base  the rate for {@link #BASE_SIZE} samples
   * @param batch samples per step: of all micro-batches that are accumulated, on all devices
   * @throws IllegalArgumentException when the base is negative or the batch below 1
   */
  public double rate(double base, int batch) {
    return rate(base, batch, BASE_SIZE);
  }

  /**
   * The rate for a batch.
   *
   * @param base     the rate for {@code baseSize} samples
   * @param batch    samples per step: of all micro-batches that are accumulated, on all devices
   * @param baseSize timm's {@code lr_base_size}
   * @throws IllegalArgumentException when the base is negative, or the batch or the base size below 1
   */
  public double rate(double base, int batch, int baseSize) {
    ScheduleChecks.requireRate("base", base);
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, got " + batch);
    }
    if (baseSize < 1) {
      throw new IllegalArgumentException("baseSize must be at least 1, got " + baseSize);
    }
    double ratio = (double) batch / baseSize;
    return base * (this == LINEAR ? ratio : Math.sqrt(ratio));
  }
}
