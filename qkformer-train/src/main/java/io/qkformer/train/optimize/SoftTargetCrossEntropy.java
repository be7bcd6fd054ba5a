package io.qkformer.train.optimize;

import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The cross entropy of soft targets, timm's {@code SoftTargetCrossEntropy}: the mean over the samples of
 * {@code -sum_k t[k] * log_softmax(logits)[k]}. Computed in double. With one-hot targets it is PyTorch's
 * {@code CrossEntropyLoss}, with smoothed ones timm's {@code LabelSmoothingCrossEntropy}.
 */
public final class SoftTargetCrossEntropy {

  private SoftTargetCrossEntropy() {
  }

  /**
   * The loss and its gradient {@code (softmax(logits) - t) / B}.
   *
   * @param logits  FLOAT {@code [B, classes]}; stays as it is
   * @param targets of the same B and number of classes
   * @throws IllegalArgumentException when type or shape differ, or a logit is NaN or infinite
   */
  public static Loss of(INDArray logits, SoftTargets targets) {
    int batch = targets.batch();
    int classes = targets.classes();
    if (logits.dataType() != DataType.FLOAT || logits.rank() != 2 || logits.size(0) != batch
        || logits.size(1) != classes) {
      throw new IllegalArgumentException("expected logits FLOAT [B=" + batch + ", classes=" + classes
          + "], got " + logits.dataType() + " " + Shapes.toString(logits));
    }
    Floats values = Floats.of(Floats.contiguous(logits));
    INDArray gradient = Nd4j.createUninitialized(DataType.FLOAT, batch, classes);
    Floats gradients = Floats.of(gradient);
    float[] row = new float[classes];
    double sum = 0;
    for (int b = 0; b < batch; b++) {
      values.read((long) b * classes, row, 0, classes);
      requireFinite(row, b);
      sum += sample(row, targets, b);
      gradients.write((long) b * classes, row, 0, classes);
    }
    return new Loss(sum / batch, gradient);
  }

  /** The loss of one sample, whose logits are replaced by their gradient. */
  private static double sample(float[] row, SoftTargets targets, int sample) {
    double highest = Double.NEGATIVE_INFINITY;
    for (float logit : row) {
      highest = Math.max(highest, logit);
    }
    // shifted by the highest, no exponential overflows and their sum is at least 1
    double normalizer = 0;
    for (float logit : row) {
      normalizer += Math.exp(logit - highest);
    }
    double logNormalizer = highest + Math.log(normalizer);
    double loss = 0;
    for (int k = 0; k < row.length; k++) {
      double target = targets.at(sample, k);
      double logProbability = row[k] - logNormalizer;
      loss -= target * logProbability;
      row[k] = (float) ((Math.exp(logProbability) - target) / targets.batch());
    }
    return loss;
  }

  private static void requireFinite(float[] row, int sample) {
    for (int k = 0; k < row.length; k++) {
      if (!Float.isFinite(row[k])) {
        throw new IllegalArgumentException("logits[" + sample + ", " + k + "] must be finite, got " + row[k]
            + "; the training diverged: go back to the last checkpoint and lower the learning rate");
      }
    }
  }
}
