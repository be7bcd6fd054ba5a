package io.qkformer.train.analysis;

import io.qkformer.tensor.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums over the channels of a map.
 *
 * @param pixels  of each step, sample, row and column
 * @param nonzero values that are not 0
 * @param isWhole whether all values are whole numbers of at least 0
 */
record PixelSums(double[] pixels, long nonzero, boolean isWhole) {

  static PixelSums of(INDArray x) {
    int channels = (int) x.size(x.rank() - 1);
    double[] pixels = new double[Math.toIntExact(x.length() / channels)];
    Floats values = Floats.of(x);
    float[] row = new float[channels];
    long nonzero = 0;
    boolean whole = true;
    for (int i = 0; i < pixels.length; i++) {
      values.read((long) i * channels, row, 0, channels);
      double sum = 0;
      for (float value : row) {
        sum += value;
        nonzero += value != 0 ? 1 : 0;
        whole &= value >= 0 && value == (int) value;
      }
      pixels[i] = sum;
    }
    return new PixelSums(pixels, nonzero, whole);
  }
}
