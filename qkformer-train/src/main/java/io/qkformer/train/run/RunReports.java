package io.qkformer.train.run;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.model.QKFormer;
import io.qkformer.train.loop.StepMetrics;
import io.qkformer.train.loop.TrainingListener;
import io.qkformer.train.optimize.WeightAverage;
import io.qkformer.train.recipe.CheckpointRecipe;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.TensorBoardWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves in the run folder what people look at: table, curve, weights, TensorBoard's scalars. */
final class RunReports implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(RunReports.class);

  private static final double PERCENT = 100;

  private final RunFolder folder;
  private final TensorBoardWriter board;
  private final QKFormer model;
  private final Optional<WeightAverage> average;
  private final Map<String, String> metadata;
  private final int keptBest;
  private final int logInterval;
  private long step;
  /** Of the steps of this epoch in this process, and for how long of it the loader was waited for. */
  private double seconds;
  private double waited;

  RunReports(RunFolder folder, TensorBoardWriter board, QKFormer model, Optional<WeightAverage> average,
      List<String> classNames, CheckpointRecipe kept, int logInterval, long step) {
    this.folder = folder;
    this.board = board;
    this.model = model;
    this.average = average;
    this.metadata = Map.of(ClassNames.KEY, ClassNames.toJson(classNames));
    this.keptBest = kept.history();
    this.logInterval = logInterval;
    this.step = step;
  }

  @Override
  public void stepEnded(StepMetrics metrics) throws IOException {
    step = metrics.step();
    seconds += metrics.seconds();
    waited += metrics.waited();
    if (step % logInterval == 0) {
      board.scalar("train/loss", step, metrics.loss());
      board.scalar("train/lr", step, metrics.learningRate());
      board.scalar("train/images_per_second", step, metrics.images() / metrics.seconds());
      board.scalar("train/waited_share", step, metrics.waited() / metrics.seconds());
      LOG.debug("step {}: loss {}, lr {}, {} s, {} s of it waiting for the loader", step, metrics.loss(),
          metrics.learningRate(), metrics.seconds(), metrics.waited());
    }
  }

  @Override
  public void epochEnded(EpochMetrics metrics) throws IOException {
    folder.epochEnded(metrics, weights(), metadata, keptBest);
    board.epoch(metrics, step);
    LOG.info("epoch {}: train loss {}, test top-1 {} %, {} images/s, {} % of the time waiting for the loader",
        metrics.epoch(), String.format(Locale.ROOT, "%.4f", metrics.trainLoss()), metrics.rankedTop1(),
        Math.round(metrics.imagesPerSecond()), String.format(Locale.ROOT, "%.2f", PERCENT * waited / seconds));
    seconds = 0;
    waited = 0;
  }

  private StateDict weights() {
    if (average.isEmpty()) {
      return ModelWeights.export(model);
    }
    QKFormer averaged = new QKFormer(model.config(), 0);
    average.get().copyTo(averaged);
    return ModelWeights.export(averaged);
  }
}
