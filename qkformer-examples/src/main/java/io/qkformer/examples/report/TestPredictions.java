package io.qkformer.examples.report;

import io.qkformer.kernel.Engine;
import io.qkformer.model.InferenceModel;
import io.qkformer.tensor.Floats;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.report.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a model says of each sample of a data set.
 *
 * @param classes how many there are
 * @param all     in the order of the data set
 */
public record TestPredictions(int classes, List<Prediction> all) {

  /**
   * Of one sample.
   *
   * @param index       of the sample
   * @param label       its class
   * @param predicted   the class with the largest logit; of equal ones the first
   * @param probability of that class, softmax of the logits, in [0, 1]
   */
  public record Prediction(int index, int label, int predicted, double probability) {

    /** Whether it is the sample's class. */
    public boolean isRight() {
      return label == predicted;
    }
  }

  /** Copies the list. */
  public TestPredictions {
    all = List.copyOf(all);
  }

  /** Asks the model. */
  static TestPredictions of(InferenceModel model, DataLoader loader, Engine engine, Progress progress) {
    List<Prediction> all = new ArrayList<>();
    int classes = model.config().classes();
    try (Epoch epoch = loader.epoch(0);
        Progress.Task task = progress.start("predict", loader.dataset().size(), loader.dataset().unit())) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          float[] logits = Floats.of(model.logits(batch.images(), model.config().timeSteps(), engine)).toArray();
          for (int b = 0; b < batch.size(); b++) {
            all.add(prediction(batch.indices()[b], batch.labels()[b], logits, b * classes, classes));
          }
          task.advance(batch.size());
        }
      }
    }
    return new TestPredictions(classes, all);
  }

  private static Prediction prediction(int index, int label, float[] logits, int from, int classes) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      best = logits[from + k] > logits[from + best] ? k : best;
    }
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += Math.exp(logits[from + k] - logits[from + best]);
    }
    return new Prediction(index, label, best, 1 / sum);
  }

  /** How often each class (row) was taken for each class (column). */
  public int[][] confusion() {
    int[][] counts = new int[classes][classes];
    all.forEach(prediction -> counts[prediction.label()][prediction.predicted()]++);
    return counts;
  }

  /** The share of samples whose class was predicted, in [0, 1]; NaN without samples. */
  public double accuracy() {
    return (double) all.stream().filter(Prediction::isRight).count() / all.size();
  }

  /** The wrong ones, those that the model was surest of first. */
  public List<Prediction> mistakes() {
    return all.stream().filter(prediction -> !prediction.isRight())
        .sorted(Comparator.comparingDouble(Prediction::probability).reversed()).toList();
  }

  /** Indices of at most so many samples in ascending order: the first of each class, the second of each, and so on. */
  List<Integer> ofEachClass(int count) {
    int[] seen = new int[classes];
    List<int[]> ranked = new ArrayList<>();
    all.forEach(prediction -> ranked.add(new int[] {seen[prediction.label()]++, prediction.index()}));
    return ranked.stream().sorted(Comparator.comparingInt((int[] rank) -> rank[0]).thenComparingInt(rank -> rank[1]))
        .limit(count).map(rank -> rank[1]).sorted().toList();
  }
}
