package io.qkformer.train.report;

/**
 * What one epoch came to. NaN stands for a value that was not measured, such as the test loss in an epoch
 * without a test.
 *
 * @param epoch           counts from 0, as the reference's logs do
 * @param learningRate    of the epoch; its mean where the rate changes within
 * @param trainLoss       mean over the training samples
 * @param trainTop1       accuracy in percent on the training samples as they were augmented
 * @param testLoss        mean over the test samples
 * @param testTop1        accuracy in percent on the test samples
 * @param testTop5        percentage of test samples whose class is among the five likeliest
 * @param imagesPerSecond training samples in a second
 * @param seconds         how long the epoch took, test included
 */
public record EpochMetrics(int epoch, double learningRate, double trainLoss, double trainTop1,
    double testLoss, double testTop1, double testTop5, double imagesPerSecond, double seconds) {

  /** Checks each value. */
  public EpochMetrics {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch must be at least 0, got " + epoch);
    }
    requireAtLeastZero("learningRate", learningRate);
    requireAtLeastZero("trainLoss", trainLoss);
    requirePercentage("trainTop1", trainTop1);
    requireAtLeastZero("testLoss", testLoss);
    requirePercentage("testTop1", testTop1);
    requirePercentage("testTop5", testTop5);
    requireAtLeastZero("imagesPerSecond", imagesPerSecond);
    requireAtLeastZero("seconds", seconds);
  }

  private static void requireAtLeastZero(String name, double value) {
    if (value < 0 || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, or NaN if not measured, got "
          + value);
    }
  }

  private static void requirePercentage(String name, double value) {
    if (value < 0 || value > 100) {
      throw new IllegalArgumentException(name
          + " must be a percentage in [0, 100], or NaN if not measured, got " + value);
    }
  }
}
