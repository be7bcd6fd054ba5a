package io.qkformer.train.loop;

import io.qkformer.tensor.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums up losses and accuracies over batches. */
final class Scores {

  private static final int TOP = 5;

  private double lossSum;
  private int samples;
  private int top1;
  private int top5;

  /**
   * Adds a batch.
   *
   * @param loss   its mean loss
   * @param logits {@code [B, classes]}
   * @param labels {@code [B]}
   */
  void add(double loss, INDArray logits, int[] labels) {
    int classes = (int) logits.size(1);
    Floats values = Floats.of(logits);
    float[] row = new float[classes];
    for (int b = 0; b < labels.length; b++) {
      values.read((long) b * classes, row, 0, classes);
      int rank = rank(row, labels[b]);
      top1 += rank == 0 ? 1 : 0;
      top5 += rank < TOP ? 1 : 0;
    }
    lossSum += loss * labels.length;
    samples += labels.length;
  }

  /** How many classes come before the label's: those with a larger logit, and equal ones with a smaller index. */
  private static int rank(float[] logits, int label) {
    int rank = 0;
    for (int k = 0; k < logits.length; k++) {
      if (logits[k] > logits[label] || logits[k] == logits[label] && k < label) {
        rank++;
      }
    }
    return rank;
  }

  double loss() {
    return lossSum / samples;
  }

  double top1() {
    return 100.0 * top1 / samples;
  }

  double top5() {
    return 100.0 * top5 / samples;
  }

  int samples() {
    return samples;
  }
}
