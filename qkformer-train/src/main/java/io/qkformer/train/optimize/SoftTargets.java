package io.qkformer.train.optimize;

import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;

/**
 * What the classifier should answer: a distribution over the classes for each sample, {@code [B, classes]},
 * in double. Immutable. Made from labels by {@link #of} and mixed like the images by
 * {@link #mixed}.
 */
public final class SoftTargets {

  private final double[] probabilities;
  private final int classes;

  private SoftTargets(double[] probabilities, int classes) {
    this.probabilities = probabilities;
    this.classes = classes;
  }

  /**
   * Smoothed labels as timm makes them: {@code 1 - s + s / K} for the labelled class, {@code s / K} for each
   * other.
   *
   * @param labels    the class of each sample, {@code [B]}
   * @param classes   K, the number of classes
   * @param smoothing s in [0, 1); 0 gives one-hot targets
   * @throws IllegalArgumentException when there are no labels, a label is outside [0, K), K is below 1, or s
   *     is outside [0, 1)
   */
  public static SoftTargets of(int[] labels, int classes, double smoothing) {
    if (classes < 1) {
      throw new IllegalArgumentException("classes must be at least 1, got " + classes);
    }
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException("smoothing must be in [0, 1), got " + smoothing);
    }
    if (labels.length == 0) {
      throw new IllegalArgumentException("labels must hold at least one label, got none");
    }
    double off = smoothing / classes;
    double[] probabilities = new double[Math.multiplyExact(labels.length, classes)];
    Arrays.fill(probabilities, off);
    for (int b = 0; b < labels.length; b++) {
      if (labels[b] < 0 || labels[b] >= classes) {
        throw new IllegalArgumentException("labels[" + b + "] must be in [0, " + classes + "), got "
            + labels[b] + "; has the model as many classes as the data set?");
      }
      probabilities[b * classes + labels[b]] = 1 - smoothing + off;
    }
    return new SoftTargets(probabilities, classes);
  }

  /**
   * The targets of a batch that was mixed by one share: {@code lambda * y[i] + (1 - lambda) * y[B-1-i]}.
   *
   * @param lambda the share of the sample itself, in [0, 1]
   * @throws IllegalArgumentException when {@code lambda} is outside [0, 1]
   */
  public SoftTargets mixedWithReversed(double lambda) {
    return mixed(new MixingPlan(Collections.nCopies(batch(), MixingPlan.Sample.mixup(lambda))));
  }

  /**
   * The targets of a batch that a plan mixed: {@code own[i] * y[i] + (1 - own[i]) * y[B-1-i]}.
   *
   * @throws IllegalArgumentException when the plan is for another number of samples
   */
  public SoftTargets mixed(MixingPlan plan) {
    int batch = batch();
    if (plan.samples().size() != batch) {
      throw new IllegalArgumentException("expected a plan for " + batch + " samples, got one for "
          + plan.samples().size());
    }
    double[] mixed = new double[probabilities.length];
    for (int b = 0; b < batch; b++) {
      double share = plan.samples().get(b).own();
      int own = b * classes;
      int other = (batch - 1 - b) * classes;
      for (int k = 0; k < classes; k++) {
        // where both are one number it stays that number, which the sum would round
        mixed[own + k] = probabilities[own + k] == probabilities[other + k] ? probabilities[own + k]
            : share * probabilities[own + k] + (1 - share) * probabilities[other + k];
      }
    }
    return new SoftTargets(mixed, classes);
  }

  /** B, the number of samples. */
  public int batch() {
    return probabilities.length / classes;
  }

  /** K, the number of classes. */
  public int classes() {
    return classes;
  }

  /**
   * The probability of a class for a sample.
   *
   * @throws IndexOutOfBoundsException when there is no such sample or class
   */
  public double at(int sample, int target) {
    return probabilities[Objects.checkIndex(sample, batch()) * classes
        + Objects.checkIndex(target, classes)];
  }

  /**
   * The most probable class of each sample, the first of equals: what the reference measures the training
   * accuracy against when samples are mixed (reference-facts 3.7).
   */
  public int[] likeliest() {
    int[] best = new int[batch()];
    for (int b = 0; b < best.length; b++) {
      for (int k = 1; k < classes; k++) {
        if (probabilities[b * classes + k] > probabilities[b * classes + best[b]]) {
          best[b] = k;
        }
      }
    }
    return best;
  }
}
