package io.qkformer.train.loop;

import io.qkformer.train.loop.Predictor.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** From logits to the likeliest classes. */
final class Ranking {

  private Ranking() {
  }

  static void requireCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1, got " + count);
    }
  }

  /** The likeliest classes, the first first; of equal ones the one with the smaller label. */
  static List<Prediction> likeliest(float[] logits, int count) {
    double[] probabilities = softmax(logits);
    List<Prediction> all = new ArrayList<>();
    IntStream.range(0, probabilities.length).forEach(k -> all.add(new Prediction(k, probabilities[k])));
    all.sort(Comparator.comparingDouble(Prediction::probability).reversed());
    return List.copyOf(all.subList(0, Math.min(count, all.size())));
  }

  private static double[] softmax(float[] logits) {
    double highest = IntStream.range(0, logits.length).mapToDouble(k -> logits[k]).max().orElseThrow();
    double[] values = IntStream.range(0, logits.length).mapToDouble(k -> Math.exp(logits[k] - highest)).toArray();
    double sum = IntStream.range(0, values.length).mapToDouble(k -> values[k]).sum();
    return IntStream.range(0, values.length).mapToDouble(k -> values[k] / sum).toArray();
  }
}
