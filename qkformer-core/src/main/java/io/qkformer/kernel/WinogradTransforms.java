package io.qkformer.kernel;

import java.util.Arrays;

/**
 * The transforms of Winograd's F(4x4, 3x3), interpolated at 0, 1, -1, 2, -2 and infinity (Lavin and Gray, arXiv
 * 1509.09308, section 4.3), as plain loops over the channels of one tile.
 */
final class WinogradTransforms {

  /** {@code B^T}: an input tile to six points. */
  static final float[][] INPUT = {
      {4, 0, -5, 0, 1, 0}, {0, -4, -4, 1, 1, 0}, {0, 4, -4, -1, 1, 0}, {0, -2, -1, 2, 1, 0}, {0, 2, -1, -2, 1, 0},
      {0, 4, 0, -5, 0, 1}};
  /** {@code A^T}: six points to four outputs. */
  static final float[][] OUTPUT = {
      {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}};
  /** {@code A}: a gradient of the output to six points. */
  static final float[][] GRADIENT = transposed(OUTPUT);
  /** {@code G}: a kernel to six points. */
  static final float[][] KERNEL = {
      {1 / 4f, 0, 0}, {-1 / 6f, -1 / 6f, -1 / 6f}, {-1 / 6f, 1 / 6f, -1 / 6f}, {1 / 24f, 1 / 12f, 1 / 6f},
      {1 / 24f, -1 / 12f, 1 / 6f}, {0, 0, 1}};
  /** {@code G^T}: a gradient at six points to that of the kernel. */
  static final float[][] KERNEL_GRADIENT = transposed(KERNEL);

  private WinogradTransforms() {}

  /**
   * {@code y = F x F^T} for each channel: x is a square tile, whose element (i, j) lies at {@code xAt + i * xRow + j *
   * xColumn}, and so does y.
   */
  static void apply(float[][] factors, float[] x, int xAt, int xRow, int xColumn, int channels, float[] y, int yAt,
      int yRow, int yColumn) {
    int out = factors.length;
    int in = factors[0].length;
    float[][] half = new float[in][channels];
    float[] sum = new float[channels];
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        Arrays.fill(half[j], 0f);
        for (int p = 0; p < in; p++) {
          add(factors[i][p], x, xAt + p * xRow + j * xColumn, half[j]);
        }
      }
      for (int j = 0; j < out; j++) {
        Arrays.fill(sum, 0f);
        for (int p = 0; p < in; p++) {
          add(factors[j][p], half[p], 0, sum);
        }
        System.arraycopy(sum, 0, y, yAt + i * yRow + j * yColumn, channels);
      }
    }
  }

  private static void add(float factor, float[] x, int at, float[] sum) {
    if (factor != 0) {
      for (int c = 0; c < sum.length; c++) {
        sum[c] += factor * x[at + c];
      }
    }
  }

  private static float[][] transposed(float[][] matrix) {
    float[][] result = new float[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[0].length; j++) {
        result[j][i] = matrix[i][j];
      }
    }
    return result;
  }
}
