package io.qkformer.train.loop;

import io.qkformer.kernel.Engine;
import io.qkformer.model.InferenceModel;
import io.qkformer.tensor.Floats;
import io.qkformer.train.augment.EvaluationTransform;
import io.qkformer.train.data.Image;
import java.util.List;
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
    Ranking.requireCount(count);
    Image prepared = transform.apply(image);
    try (INDArray input = Nd4j.create(transform.normalization().apply(prepared),
        new long[] {1, 1, prepared.height(), prepared.width(), Image.CHANNELS}, 'c')) {
      INDArray logits = model.logits(input, model.config().timeSteps(), engine);
      return Ranking.likeliest(Floats.of(logits).toArray(), count);
    }
  }
}
