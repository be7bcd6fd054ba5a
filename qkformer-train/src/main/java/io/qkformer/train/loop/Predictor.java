package io.qkformer.train.loop;

import io.qkformer.kernel.Engine;
import io.qkformer.model.InferenceModel;
import io.qkformer.tensor.Floats;
import io.qkformer.train.augment.EvaluationTransform;
import io.qkformer.train.data.Image;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Tells what single images show. */
public final class Predictor {

  private final InferenceModel model;
  private final EvaluationTransform transform;
  private final Engine engine;

  /**
   * A predictor.
   *
   * @param transform resizes and normalises, as in the evaluation of the training
   */
  public Predictor(InferenceModel model, EvaluationTransform transform, Engine engine) {
    this.model = model;
    this.transform = transform;
    this.engine = engine;
  }

  /**
   * A class and how sure the model is.
   *
   * @param label       the class's place
   * @param probability softmax of the logits, in [0, 1]
   */
  public record Prediction(int label, double probability) {
  }

  /**
   * The likeliest classes of an image, the first first; of equal ones the one with the smaller label.
   *
   * @param count how many, at least 1; more than there are classes: all
   */
  public List<Prediction> predict(Image image, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1, got " + count);
    }
    Image prepared = transform.apply(image);
    try (INDArray input = Nd4j.create(transform.normalization().apply(prepared),
        new long[] {1, 1, prepared.height(), prepared.width(), Image.CHANNELS}, 'c')) {
      INDArray logits = model.logits(input, model.config().timeSteps(), engine);
      double[] probabilities = softmax(Floats.of(logits).toArray());
      List<Prediction> all = new ArrayList<>();
      IntStream.range(0, probabilities.length).forEach(k -> all.add(new Prediction(k, probabilities[k])));
      all.sort(Comparator.comparingDouble(Prediction::probability).reversed());
      return List.copyOf(all.subList(0, Math.min(count, all.size())));
    }
  }

  private static double[] softmax(float[] logits) {
    double highest = IntStream.range(0, logits.length).mapToDouble(k -> logits[k]).max().orElseThrow();
    double[] values = IntStream.range(0, logits.length).mapToDouble(k -> Math.exp(logits[k] - highest)).toArray();
    double sum = IntStream.range(0, values.length).mapToDouble(k -> values[k]).sum();
    return IntStream.range(0, values.length).mapToDouble(k -> values[k] / sum).toArray();
  }
}
