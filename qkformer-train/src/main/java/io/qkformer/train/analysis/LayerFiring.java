package io.qkformer.train.analysis;

import java.util.Arrays;

/**
 * How often the neurons of one layer fired: nonzero values over all values, in [0, 1].
 *
 * @param layer   its name
 * @param samples over how many samples
 * @param rates   {@code [T][C]}: of each step and channel, over samples, rows and columns
 */
public record LayerFiring(String layer, long samples, double[][] rates) {

  /** Of the whole layer: the mean over steps and channels, which have as many values each. */
  public double rate() {
    return Arrays.stream(byStep()).average().orElseThrow();
  }

  /** Of each step. */
  public double[] byStep() {
    return Arrays.stream(rates).mapToDouble(row -> Arrays.stream(row).average().orElseThrow()).toArray();
  }

  /** Of each channel, over the steps; of {@code attn_lif} in token attention a channel is a head. */
  public double[] byChannel() {
    double[] means = new double[rates[0].length];
    for (double[] row : rates) {
      for (int c = 0; c < means.length; c++) {
        means[c] += row[c] / rates.length;
      }
    }
    return means;
  }
}
