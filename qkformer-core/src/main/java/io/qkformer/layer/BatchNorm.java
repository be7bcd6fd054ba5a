package io.qkformer.layer;

import io.qkformer.kernel.BatchNormalization;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalisation over the channels of {@code [T, B, H, W, C]}, with statistics over T, B, H, W together:
 * {@code y = gamma (x - mean) / sqrt(var + eps) + beta}. Biased variance normalises, unbiased variance enters the
 * running variance; momentum 0.1, eps 1e-5, as in PyTorch.
 *
 * <p>A static map (T0 = 1 in a pass of T steps) stands for T equal ones: its statistics are the same, only the
 * unbiased factor n / (n - 1) counts T * B * H * W. Kept for backward: the input.
 */
public final class BatchNorm implements Layer {

  /** Weight of the newest batch in the running statistics. */
  public static final double MOMENTUM = 0.1;
  /** Added to the variance. */
  public static final double EPSILON = 1e-5;

  private final int channels;
  private final Parameter gamma;
  private final Parameter beta;
  private final Buffer runningMean;
  private final Buffer runningVariance;
  private final Buffer batchesTracked = Buffer.counter();

  /** A batch norm with gamma 1, beta 0, running mean 0, running variance 1. */
  public BatchNorm(int channels) {
    if (channels < 1) {
      throw new IllegalArgumentException("channels must be positive, got " + channels);
    }
    this.channels = channels;
    this.gamma = new Parameter(Parameter.Role.NORM_SCALE, StateLayout.SAME, Initializer.constant(1), channels);
    this.beta = new Parameter(Parameter.Role.NORM_SHIFT, StateLayout.SAME, Initializer.constant(0), channels);
    this.runningMean = Buffer.vector(channels, 0);
    this.runningVariance = Buffer.vector(channels, 1);
  }

  /**
   * The statistics of a map: of the batch in training, where the running ones are updated, else the running ones.
   *
   * @param y {@code [T, B, H, W, C]}
   * @throws IllegalArgumentException when training sees a single value per channel: it has no variance
   */
  public NormStatistics statistics(INDArray y, Pass pass) {
    Shapes.requireMap(y, channels, toString());
    long rows = y.length() / channels;
    BatchNormalization kernel = new BatchNormalization(pass.engine(), rows, channels);
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    if (pass.mode().usesBatchStatistics()) {
      long counted = rows * (y.size(0) == 1 ? pass.timeSteps() : 1);
      if (counted < 2) {
        throw new IllegalArgumentException("batch norm in training needs more than one value per channel, got "
            + Shapes.toMapString(y) + "; use a larger batch or evaluation mode");
      }
      kernel.moments(Floats.of(y), mean, variance);
      if (pass.mode().updatesStatistics()) {
        track(mean, variance, counted);
      }
    } else {
      copy(runningMean, mean);
      copy(runningVariance, variance);
    }
    return new NormStatistics(pass.engine(), kernel, gamma, beta, pass.mode(), rows, mean, variance, EPSILON);
  }

  private void track(double[] mean, double[] variance, long counted) {
    double unbiased = counted / (counted - 1.0);
    Floats means = Floats.of(runningMean.value());
    Floats variances = Floats.of(runningVariance.value());
    float[] oldMean = means.toArray();
    float[] oldVariance = variances.toArray();
    for (int c = 0; c < channels; c++) {
      oldMean[c] = (float) ((1 - MOMENTUM) * oldMean[c] + MOMENTUM * mean[c]);
      oldVariance[c] = (float) ((1 - MOMENTUM) * oldVariance[c] + MOMENTUM * unbiased * variance[c]);
    }
    means.write(0, oldMean, 0, channels);
    variances.write(0, oldVariance, 0, channels);
    // one number is not worth an operation of ND4J
    DataBuffer counter = batchesTracked.value().data();
    counter.put(0, counter.getLong(0) + 1);
  }

  private static void copy(Buffer buffer, double[] target) {
    float[] values = Floats.of(buffer.value()).toArray();
    for (int c = 0; c < target.length; c++) {
      target[c] = values[c];
    }
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    NormStatistics statistics = statistics(x, pass);
    INDArray y = pass.allocate(x.shape());
    statistics.apply(Floats.of(x), Floats.of(y));
    if (!pass.mode().keepsState()) {
      return Output.evaluated(y);
    }
    INDArray kept = pass.retain(x);
    return new Output(y, gradient -> {
      Shapes.requireGradient(gradient, kept.shape(), toString());
      INDArray dx = pass.allocate(kept.shape());
      statistics.backward(Floats.of(kept), Floats.of(gradient), Floats.of(dx));
      pass.release(kept);
      return dx;
    });
  }

  /** What the running statistics make of it: {@code y = scale x + shift} per channel. */
  public ChannelAffine affine() {
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    copy(runningMean, mean);
    copy(runningVariance, variance);
    float[] scales = Floats.of(gamma.value()).toArray();
    float[] shifts = Floats.of(beta.value()).toArray();
    double[] scale = new double[channels];
    double[] shift = new double[channels];
    for (int c = 0; c < channels; c++) {
      scale[c] = scales[c] / Math.sqrt(variance[c] + EPSILON);
      shift[c] = shifts[c] - mean[c] * scale[c];
    }
    return new ChannelAffine(scale, shift);
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    visitor.parameter(prefix + "weight", gamma);
    visitor.parameter(prefix + "bias", beta);
    visitor.buffer(prefix + "running_mean", runningMean);
    visitor.buffer(prefix + "running_var", runningVariance);
    visitor.buffer(prefix + "num_batches_tracked", batchesTracked);
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    trace.add(name, toString(), input, 0);
    trace.keep(input.floatBytes(), 0);
    trace.work(2 * input.floatBytes());
    return input;
  }

  @Override
  public String toString() {
    return "BatchNorm(" + channels + ")";
  }
}
