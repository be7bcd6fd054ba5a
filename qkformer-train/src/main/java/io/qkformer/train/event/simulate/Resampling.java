package io.qkformer.train.event.simulate;

/** How brightness between the pixels of an image is found; each is separable and exact on the pixels. */
public enum Resampling {
  /** A straight line between two pixels. */
  BILINEAR(2) {
    @Override
    void weights(double share, float[] weights, int at) {
      weights[at] = (float) (1 - share);
      weights[at + 1] = (float) share;
    }
  },
  /** A cubic through four pixels: Keys 1981, with a = -0.5. */
  BICUBIC(4) {
    @Override
    void weights(double share, float[] weights, int at) {
      double left = 1 - share;
      weights[at] = (float) (-0.5 * share * left * left);
      weights[at + 1] = (float) (1 + share * share * (1.5 * share - 2.5));
      weights[at + 2] = (float) (1 + left * left * (1.5 * left - 2.5));
      weights[at + 3] = (float) (-0.5 * left * share * share);
    }
  };

  private final int taps;

  Resampling(int taps) {
    this.taps = taps;
  }

  /** How many pixels along an axis count. */
  int taps() {
    return taps;
  }

  /**
   * Writes the weights of the pixels around a position.
   *
   * @param share how far it lies from the pixel before it to the one behind it, 0 to 1
   */
  abstract void weights(double share, float[] weights, int at);
}
