package io.qkformer.layer;

import java.util.Arrays;

/**
 * {@code y = scale x + shift} per channel, in double precision: what batch norm is in evaluation.
 *
 * @param scale factor of each channel
 * @param shift what is added to each channel
 */
public record ChannelAffine(double[] scale, double[] shift) {

  /** Leaves everything as it is. */
  public static ChannelAffine identity(int channels) {
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    return new ChannelAffine(ones, new double[channels]);
  }
}
