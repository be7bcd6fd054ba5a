package io.qkformer.train.report;

import java.util.Objects;

/**
 * What one epoch came to. NaN stands for a value that was not measured.
 *
 * @param epoch           counts from 0, as the reference's logs do
 * @param learningRate    of the epoch; its mean where the rate changes within
 * @param trainLoss       mean over the training samples
 * @param trainTop1       accuracy in percent on the training samples as they were augmented
 * @param eval            of the trained weights
 * @param emaEval         of their moving average, if the training keeps one
 * @param imagesPerSecond training samples in a second
 * @param residentMb      MiB of memory that the process had at most
 * @param firingRate      spikes per neuron and time step on a few samples of the evaluation, mean over the layers, in [0, 1]
 * @param seconds         how long the epoch took, evaluation included
 */
public record EpochMetrics(int epoch, double learningRate, double trainLoss, double trainTop1,
    EvaluationMetrics eval, EvaluationMetrics emaEval, double imagesPerSecond, double residentMb, double firingRate,
    double seconds) {

  /** Checks each value. */
  public EpochMetrics {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch must be at least 0, got " + epoch);
    }
    requireAtLeastZero("learningRate", learningRate);
    requireAtLeastZero("trainLoss", trainLoss);
    requirePercentage("trainTop1", trainTop1);
    Objects.requireNonNull(eval, "eval");
    Objects.requireNonNull(emaEval, "emaEval");
    requireAtLeastZero("imagesPerSecond", imagesPerSecond);
    requireAtLeastZero("residentMb", residentMb);
    requireAtLeastZero("firingRate", firingRate);
    if (firingRate > 1) {
      throw new IllegalArgumentException("firingRate must be in [0, 1], or NaN if not measured, got " + firingRate);
    }
    requireAtLeastZero("seconds", seconds);
  }

  /**
   * What epochs are ranked by: the top-1 accuracy of the averaged weights where it was measured, as in timm, of the
   * trained ones otherwise; NaN without an evaluation.
   */
  public double rankedTop1() {
    return Double.isNaN(emaEval.top1()) ? eval.top1() : emaEval.top1();
  }

  static void requireAtLeastZero(String name, double value) {
    if (value < 0 || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, or NaN if not measured, got "
          + value);
    }
  }

  static void requirePercentage(String name, double value) {
    if (value < 0 || value > 100) {
      throw new IllegalArgumentException(name
          + " must be a percentage in [0, 100], or NaN if not measured, got " + value);
    }
  }
}
