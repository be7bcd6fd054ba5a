package io.qkformer.train.loop;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.optimize.Loss;
import io.qkformer.train.optimize.Mixup;
import io.qkformer.train.optimize.Optimizer;
import io.qkformer.train.optimize.SoftTargetCrossEntropy;
import io.qkformer.train.optimize.SoftTargets;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.EvaluationMetrics;
import io.qkformer.train.report.ProcessMemory;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.Reading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trains by backpropagation through all T steps: forward, soft-target cross entropy on the time-averaged logits,
 * backward, optimizer step. Everything else is a listener's. Same seeds, same machine: the same bits, whatever the
 * number of threads.
 */
public final class Trainer {

  private static final double NANOS = 1e9;

  private final QKFormer model;
  private final Engine engine;
  private final Optimizer optimizer;
  private final TrainingConfig config;
  private final Progress progress;
  private final List<TrainingListener> listeners = new ArrayList<>();
  private long microBatches;

  /** A trainer of a model whose parameters the optimizer moves. */
  public Trainer(QKFormer model, Engine engine, Optimizer optimizer, TrainingConfig config, Progress progress) {
    this.model = model;
    this.engine = engine;
    this.optimizer = optimizer;
    this.config = config;
    this.progress = progress;
  }

  /** Adds a listener. */
  public Trainer listen(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Trains for all epochs, with an evaluation after each.
   *
   * @return the metrics of each epoch
   * @throws IOException              when a listener cannot write
   * @throws IllegalArgumentException when a label or a sample's size does not fit the model, or the logits are no
   *                                  numbers any more, naming the micro-batch and its samples
   * @throws IllegalStateException    when a gradient is no number any more, naming the parameter
   */
  public List<EpochMetrics> fit(DataLoader train, DataLoader test) throws IOException {
    Evaluator evaluator = new Evaluator(engine, progress);
    List<EpochMetrics> history = new ArrayList<>();
    for (int epoch = 0; epoch < config.epochs(); epoch++) {
      long start = System.nanoTime();
      Scores scores = new Scores();
      double rate = trainEpoch(train, epoch, scores);
      double trained = (System.nanoTime() - start) / NANOS;
      Evaluation evaluation = evaluator.evaluate(model, test, config.timeSteps());
      EpochMetrics metrics = new EpochMetrics(epoch, rate, scores.loss(), scores.top1(),
          new EvaluationMetrics(evaluation.loss(), evaluation.top1(), evaluation.top5()),
          EvaluationMetrics.NOT_MEASURED, scores.samples() / trained,
          ProcessMemory.own().peakMb().orElse(Double.NaN), Double.NaN, (System.nanoTime() - start) / NANOS);
      history.add(metrics);
      for (TrainingListener listener : listeners) {
        listener.epochEnded(metrics);
      }
    }
    return history;
  }

  /** Returns the epoch's mean learning rate. */
  private double trainEpoch(DataLoader loader, int index, Scores scores) {
    double rateSum = 0;
    int steps = 0;
    try (Epoch epoch = loader.epoch(index); Progress.Task task = progress.start(
        "epoch " + (index + 1) + "/" + config.epochs(), loader.dataset().size(), "images")) {
      int done = 0;
      while (epoch.hasNext()) {
        int group = Math.min(config.accumulation(), epoch.batches() - done);
        double rate = config.schedule().at(config.rateUpdate() == TrainingConfig.RateUpdate.PER_EPOCH ? index
            : index + (double) done / epoch.batches());
        optimizer.clear();
        for (int i = 0; i < group; i++) {
          try (Batch batch = epoch.next()) {
            accumulate(batch, 1.0 / group, scores);
            task.advance(batch.labels().length, new Reading("loss", scores.loss()),
                new Reading("top1", scores.top1()), new Reading("lr", rate));
          }
        }
        optimizer.step(rate);
        done += group;
        rateSum += rate;
        steps++;
      }
    }
    return rateSum / steps;
  }

  /** Adds a micro-batch's gradients, times a weight, to the parameters' gradients. */
  private void accumulate(Batch batch, double weight, Scores scores) {
    long index = microBatches++;
    SoftTargets targets = SoftTargets.of(batch.labels(), model.config().classes(), config.labelSmoothing());
    if (config.mixup().isPresent()) {
      double lambda = config.mixup().get().lambda(config.seed(), index);
      Mixup.mixInPlace(batch.images(), lambda);
      targets = targets.mixedWithReversed(lambda);
    }
    try (Pass pass = Pass.training(engine, config.timeSteps()).withRandomness(config.seed(), index)
        .withRecompute(config.recompute()).holdingConstant(batch.images())) {
      Output logits = model.forward(batch.images(), pass);
      Loss loss = SoftTargetCrossEntropy.of(logits.value(), targets);
      scores.add(loss.value(), logits.value(), targets.likeliest());
      logits.backward().apply(loss.gradient().muli(weight));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " (micro-batch " + index + ", samples "
          + Arrays.toString(batch.indices()) + ")", e);
    }
  }
}
