package io.qkformer.train.loop;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Pass;
import io.qkformer.model.InferenceModel;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.optimize.ForwardGuard;
import io.qkformer.train.optimize.SoftTargetCrossEntropy;
import io.qkformer.train.optimize.SoftTargets;
import io.qkformer.train.optimize.StepSamples;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.Reading;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures a model on a data set, on its inference path: the logits of an evaluation pass, to rounding. A model that is
 * observed runs evaluation passes, because its inference twin shows nothing.
 */
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
   * @throws io.qkformer.train.optimize.NonFiniteException when a logit is NaN or infinite, naming where it began
   * @throws java.io.UncheckedIOException when a sample cannot be read, naming it
   */
  public Evaluation evaluate(QKFormer model, DataLoader loader, int timeSteps) {
    return evaluate(model, loader, timeSteps, () -> false).orElseThrow();
  }

  /** The same, which is given up between two batches, with no result, when it is asked to stop. */
  Optional<Evaluation> evaluate(QKFormer model, DataLoader loader, int timeSteps, BooleanSupplier stop) {
    ForwardGuard guard = new ForwardGuard(model);
    return evaluate(model.isObserved() ? observed(model) : model.forInference()::logits, model.config().classes(), loader,
        timeSteps, (batch, logits) -> guard.checkEvaluation(batch.images(), logits,
            StepSamples.of(batch.indices(), batch.ids())), stop);
  }

  /**
   * The same for a model that was made ready for inference before.
   *
   * @param timeSteps T
   * @throws IllegalArgumentException when a label or a sample's size does not fit the model, or a logit is NaN or
   *                                  infinite
   * @throws java.io.UncheckedIOException when a sample cannot be read, naming it
   */
  public Evaluation evaluate(InferenceModel model, DataLoader loader, int timeSteps) {
    return evaluate(model::logits, model.config().classes(), loader, timeSteps, (batch, logits) -> { }, () -> false)
        .orElseThrow();
  }

  /** From images to logits. */
  private interface Network {
    INDArray logits(INDArray images, int timeSteps, Engine engine);
  }

  private static Network observed(QKFormer model) {
    return (images, timeSteps, engine) -> {
      try (Pass pass = Pass.evaluation(engine, timeSteps)) {
        return model.forward(images, pass).value().dup('c');
      }
    };
  }

  /** Looks at what came out. */
  private interface Check {
    void check(Batch batch, INDArray logits);
  }

  private Optional<Evaluation> evaluate(Network model, int classes, DataLoader loader, int timeSteps, Check check,
      BooleanSupplier stop) {
    Scores scores = new Scores();
    try (Epoch epoch = loader.epoch(0);
        Progress.Task task = progress.start("evaluate", loader.dataset().size(), loader.dataset().unit())) {
      while (epoch.hasNext()) {
        if (stop.getAsBoolean()) {
          return Optional.empty();
        }
        try (Batch batch = epoch.next()) {
          INDArray logits = model.logits(batch.images(), timeSteps, engine);
          check.check(batch, logits);
          SoftTargets targets = SoftTargets.of(batch.labels(), classes, 0);
          scores.add(SoftTargetCrossEntropy.of(logits, targets).value(), logits, batch.labels());
          task.advance(batch.labels().length, new Reading("top1", scores.top1()));
        }
      }
    }
    return Optional.of(new Evaluation(scores.loss(), scores.top1(), scores.top5(), scores.samples()));
  }
}
