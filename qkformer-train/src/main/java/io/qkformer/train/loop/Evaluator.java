package io.qkformer.train.loop;

import io.qkformer.kernel.Engine;
import io.qkformer.model.InferenceModel;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.optimize.SoftTargetCrossEntropy;
import io.qkformer.train.optimize.SoftTargets;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.Reading;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Measures a model on a data set, on its inference path: the logits of an evaluation pass, to rounding. */
public final class Evaluator {

  private final Engine engine;
  private final Progress progress;

  /** An evaluator that tells how far it has come. */
  public Evaluator(Engine engine, Progress progress) {
    this.engine = engine;
    this.progress = progress;
  }

  /**
   * Loss and accuracies over one epoch of the loader, which should be sequential and keep its last batch.
   *
   * @param timeSteps T
   * @throws IllegalArgumentException when a label or a sample's size does not fit the model
   */
  public Evaluation evaluate(QKFormer model, DataLoader loader, int timeSteps) {
    return evaluate(model.forInference(), loader, timeSteps);
  }

  /**
   * The same for a model that was made ready for inference before.
   *
   * @param timeSteps T
   * @throws IllegalArgumentException when a label or a sample's size does not fit the model
   */
  public Evaluation evaluate(InferenceModel model, DataLoader loader, int timeSteps) {
    Scores scores = new Scores();
    try (Epoch epoch = loader.epoch(0);
        Progress.Task task = progress.start("evaluate", loader.dataset().size(), "images")) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          INDArray logits = model.logits(batch.images(), timeSteps, engine);
          SoftTargets targets = SoftTargets.of(batch.labels(), model.config().classes(), 0);
          scores.add(SoftTargetCrossEntropy.of(logits, targets).value(), logits, batch.labels());
          task.advance(batch.labels().length, new Reading("top1", scores.top1()));
        }
      }
    }
    return new Evaluation(scores.loss(), scores.top1(), scores.top5(), scores.samples());
  }
}
