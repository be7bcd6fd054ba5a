package io.qkformer.train.augment;

/**
 * What each output of a resized line is made of (Pillow's Resample.c): the kernel is widened by the reduction
 * factor, so that small pictures are antialiased; weights are integers with 22 fraction bits.
 *
 * @param first the first input of each output
 * @param counts how many inputs each output has
 * @param stride from an output's weights to the next one's
 * @param weights row by row
 */
record ResizeWeights(int[] first, int[] counts, int stride, int[] weights) {
  static final int FRACTION_BITS = 22;

  static ResizeWeights of(int in, int out, Resampling resampling) {
    double scale = (double) in / out;
    double factor = Math.max(scale, 1);
    double support = resampling.support() * factor;
    int stride = (int) Math.ceil(support) * 2 + 1;
    int[] first = new int[out];
    int[] counts = new int[out];
    int[] weights = new int[Math.multiplyExact(out, stride)];
    double[] exact = new double[stride];
    for (int i = 0; i < out; i++) {
      double centre = (i + 0.5) * scale;
      first[i] = Math.max(0, (int) (centre - support + 0.5));
      counts[i] = Math.min(in, (int) (centre + support + 0.5)) - first[i];
      double sum = 0;
      for (int k = 0; k < counts[i]; k++) {
        exact[k] = resampling.kernel((k + first[i] - centre + 0.5) * (1 / factor));
        sum += exact[k];
      }
      for (int k = 0; k < counts[i]; k++) {
        double share = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << FRACTION_BITS);
        weights[i * stride + k] = (int) (share < 0 ? share - 0.5 : share + 0.5);
      }
    }
    return new ResizeWeights(first, counts, stride, weights);
  }
}
