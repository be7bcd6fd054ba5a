package io.qkformer.train.loop;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Mode;
import io.qkformer.model.QKFormer;
import io.qkformer.train.analysis.FiringRates;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.optimize.WeightAverage;
import io.qkformer.train.optimize.WeightUpdate;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.EvaluationMetrics;
import io.qkformer.train.report.ProcessMemory;
import io.qkformer.train.report.Progress;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Measures a model, and the moving average of its weights, at the end of an epoch. */
final class EpochEnd {

  /** Enough for a rate; a float map of more samples would take more memory than a training step. */
  private static final int SAMPLES_FOR_RATES = 8;

  private final QKFormer model;
  private final Engine engine;
  private final WeightUpdate update;
  private final int timeSteps;
  private final Evaluator evaluator;

  EpochEnd(QKFormer model, Engine engine, WeightUpdate update, int timeSteps, Progress progress) {
    this.model = model;
    this.engine = engine;
    this.update = update;
    this.timeSteps = timeSteps;
    this.evaluator = new Evaluator(engine, progress);
  }

  /** What the epoch came to; nothing if it is asked to stop before that is known. */
  Optional<EpochMetrics> evaluate(RunningEpoch epoch, DataLoader test, BooleanSupplier stop) {
    long start = System.nanoTime();
    Optional<EvaluationMetrics> trained = metrics(model, test, stop);
    Optional<EvaluationMetrics> averaged = update.average().isEmpty() || trained.isEmpty()
        ? Optional.of(EvaluationMetrics.NOT_MEASURED) : metrics(averaged(update.average().get()), test, stop);
    if (trained.isEmpty() || averaged.isEmpty()) {
      return Optional.empty();
    }
    double firingRate = firingRate(test);
    double seconds = epoch.seconds() + (System.nanoTime() - start) / RunningEpoch.NANOS;
    Scores scores = epoch.scores();
    return Optional.of(new EpochMetrics(epoch.epoch(), epoch.rate(), scores.loss(), scores.top1(), trained.get(),
        averaged.get(), scores.samples() / epoch.seconds(), ProcessMemory.own().peakMb().orElse(Double.NaN),
        firingRate, seconds));
  }

  private Optional<EvaluationMetrics> metrics(QKFormer network, DataLoader test, BooleanSupplier stop) {
    return evaluator.evaluate(network, test, timeSteps, stop)
        .map(evaluation -> new EvaluationMetrics(evaluation.loss(), evaluation.top1(), evaluation.top5()));
  }

  private QKFormer averaged(WeightAverage average) {
    QKFormer copy = new QKFormer(model.config(), 0);
    average.copyTo(copy);
    return copy;
  }

  /** Of few samples: it is a mean over many neurons, and nobody's target. The first ones would be of one class. */
  private double firingRate(DataLoader test) {
    try (Batch batch = test.evenly(SAMPLES_FOR_RATES)) {
      return FiringRates.measure(model, batch.images(), Mode.EVALUATION, engine).mean();
    }
  }
}
