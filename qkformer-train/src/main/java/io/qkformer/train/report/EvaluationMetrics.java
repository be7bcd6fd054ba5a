package io.qkformer.train.report;

/**
 * How well weights do on the evaluation data. NaN stands for a value that was not measured.
 *
 * @param loss mean over the samples
 * @param top1 accuracy in percent
 * @param top5 percentage of samples whose class is among the five likeliest
 */
public record EvaluationMetrics(double loss, double top1, double top5) {

  /** Of an epoch without an evaluation. */
  public static final EvaluationMetrics NOT_MEASURED = new EvaluationMetrics(Double.NaN, Double.NaN, Double.NaN);

  /** Checks each value. */
  public EvaluationMetrics {
    EpochMetrics.requireAtLeastZero("loss of the evaluation", loss);
    EpochMetrics.requirePercentage("top1 of the evaluation", top1);
    EpochMetrics.requirePercentage("top5 of the evaluation", top5);
  }
}
