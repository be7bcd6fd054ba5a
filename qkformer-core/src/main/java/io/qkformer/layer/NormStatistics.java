package io.qkformer.layer;

import io.qkformer.kernel.BatchNormalization;
import io.qkformer.kernel.ChannelNorm;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.GradientSums;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;

/** The statistics one batch norm call used, with its forward and backward arithmetic. */
public final class NormStatistics {

  private final Engine engine;
  private final BatchNormalization kernel;
  private final Parameter gamma;
  private final Parameter beta;
  private final Mode mode;
  private final long rows;
  private final float[] mean;
  /** What rounding the means to float left over. */
  private final double[] residue;
  private final double[] inverseDeviation;
  private final float[] scale;
  private final float[] shift;

  NormStatistics(Engine engine, BatchNormalization kernel, Parameter gamma, Parameter beta, Mode mode, long rows,
      double[] mean, double[] variance, double epsilon) {
    this.engine = engine;
    this.kernel = kernel;
    this.gamma = gamma;
    this.beta = beta;
    this.mode = mode;
    this.rows = rows;
    int channels = mean.length;
    this.mean = new float[channels];
    this.residue = new double[channels];
    this.inverseDeviation = new double[channels];
    this.scale = Floats.of(gamma.value()).toArray();
    this.shift = Floats.of(beta.value()).toArray();
    for (int c = 0; c < channels; c++) {
      this.mean[c] = (float) mean[c];
      inverseDeviation[c] = 1 / Math.sqrt(variance[c] + epsilon);
      residue[c] = mean[c] - this.mean[c];
      double factor = scale[c] * inverseDeviation[c];
      scale[c] = (float) factor;
      shift[c] = (float) (shift[c] - residue[c] * factor);
    }
  }

  /** The normed map, computed while it is read. */
  public NormalizedMap normalized(Floats y) {
    return new NormalizedMap(y, engine.kernels(), new ChannelNorm(mean, scale, shift));
  }

  /** Writes the normed map. */
  public void apply(FloatSource y, Floats target) {
    kernel.apply(y, mean, scale, shift, target);
  }

  /**
   * Adds to the gradients of scale and shift, and turns the gradient of the normed map into that of the map.
   *
   * @param y  the map that was normed
   * @param g  the gradient of the normed map
   * @param dy receives the gradient of the map; may be the array of g
   */
  public void backward(Floats y, Floats g, Floats dy) {
    double[] sum = new double[mean.length];
    double[] dot = new double[mean.length];
    kernel.gradientSums(g, y, mean, sum, dot);
    backward(y, g, sum, dot, dy);
  }

  /** What {@link #backward(Floats, Floats, GradientSums, Floats)} wants to know, for who makes g. */
  public GradientSums gradientSums(int partials) {
    return new GradientSums(engine, partials, mean);
  }

  /** The same where the sums over g and y are known already. */
  public void backward(Floats y, Floats g, GradientSums sums, Floats dy) {
    double[] sum = new double[mean.length];
    double[] dot = new double[mean.length];
    sums.total(sum, dot);
    backward(y, g, sum, dot, dy);
  }

  private void backward(Floats y, Floats g, double[] sum, double[] dot, Floats dy) {
    int channels = mean.length;
    float[] dGamma = Floats.of(gamma.gradient()).toArray();
    float[] dBeta = Floats.of(beta.gradient()).toArray();
    float[] b = new float[channels];
    float[] d = new float[channels];
    for (int c = 0; c < channels; c++) {
      double dotAroundMean = dot[c] - residue[c] * sum[c];
      dGamma[c] += (float) (dotAroundMean * inverseDeviation[c]);
      dBeta[c] += (float) sum[c];
      if (mode.usesBatchStatistics()) {
        // dy = scale (g - mean(g) - xhat mean(g xhat)), written as scale g + b (y - mean) + d
        double slope = -scale[c] * inverseDeviation[c] * inverseDeviation[c] * dotAroundMean / rows;
        b[c] = (float) slope;
        d[c] = (float) (-scale[c] * sum[c] / rows - slope * residue[c]);
      }
    }
    Floats.of(gamma.gradient()).write(0, dGamma, 0, channels);
    Floats.of(beta.gradient()).write(0, dBeta, 0, channels);
    kernel.combine(g, y, mean, scale, b, d, dy);
  }
}
