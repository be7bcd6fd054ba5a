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

  /** Of nothing yet. */
  Scores() {
    this(0, 0, 0, 0);
  }

  /** Goes on from sums that were kept. */
  Scores(double lossSum, int samples, int top1, int top5) {
    this.lossSum = lossSum;
    this.samples = samples;
    this.top1 = top1;
    this.top5 = top5;
  }

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

  /** The sum of all samples' losses. */
  double lossSum() {
    return lossSum;
  }

  /** How many samples' class was the likeliest. */
  int top1Count() {
    return top1;
  }

  /** How many samples' class was among the five likeliest. */
  int top5Count() {
    return top5;
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
