package io.qkformer.train.loop;

import io.qkformer.kernel.Engine;
import io.qkformer.model.InferenceModel;
import io.qkformer.tensor.Floats;
import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipBatches;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.loop.Predictor.Prediction;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tells what single clips show: {@link Predictor} for samples that change over time. */
public final class ClipPredictor {

  private static final String ID = "clip";

  private final InferenceModel model;
  private final Engine engine;

  /** A predictor. */
  public ClipPredictor(InferenceModel model, Engine engine) {
    this.model = model;
    this.engine = engine;
  }

  /**
   * The likeliest classes of a clip, the first first; of equal ones the one with the smaller label.
   *
   * @param clip  {@code [T, H, W, C]} as the model was trained on
   * @param count how many, at least 1; more than there are classes: all
   * @throws IllegalArgumentException when the clip does not fit the model, or has another number of frames than T
   */
  public List<Prediction> predict(Clip clip, int count) {
    Ranking.requireCount(count);
    int steps = model.config().timeSteps();
    if (clip.frames() != steps) {
      throw new IllegalArgumentException("clip: expected " + steps + " frames, one for each time step, got "
          + clip.frames());
    }
    try (INDArray input = ClipBatches.stack(List.of(new ClipSample(ID, 0, clip)))) {
      return Ranking.likeliest(Floats.of(model.logits(input, steps, engine)).toArray(), count);
    }
  }
}
