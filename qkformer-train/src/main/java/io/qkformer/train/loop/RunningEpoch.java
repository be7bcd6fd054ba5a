package io.qkformer.train.loop;

import io.qkformer.train.checkpoint.EpochSums;
import io.qkformer.train.checkpoint.TrainingProgress;
import io.qkformer.train.data.DataLoader;
import java.util.Map;

/** Where a training is in its epoch, and what the epoch's batches came to so far. */
final class RunningEpoch {

  static final double NANOS = 1e9;

  private final int epoch;
  /** Micro-batches of the epochs before. */
  private final long before;
  private final Scores scores;
  private int batch;
  private int steps;
  private double rateSum;
  private long nanos;

  private RunningEpoch(int epoch, long before, Scores scores) {
    this.epoch = epoch;
    this.before = before;
    this.scores = scores;
  }

  static RunningEpoch start(int epoch, int batchesOfAnEpoch) {
    return new RunningEpoch(epoch, (long) epoch * batchesOfAnEpoch, new Scores());
  }

  static RunningEpoch from(TrainingProgress kept) {
    EpochSums sums = kept.sums();
    RunningEpoch epoch = new RunningEpoch(kept.epoch(), kept.microBatches() - kept.microBatchInEpoch(),
        new Scores(sums.lossSum(), sums.samples(), sums.top1(), sums.top5()));
    epoch.batch = kept.microBatchInEpoch();
    epoch.steps = sums.steps();
    epoch.rateSum = sums.rateSum();
    epoch.nanos = sums.nanos();
    return epoch;
  }

  /** The start of the next epoch. */
  RunningEpoch next() {
    return new RunningEpoch(epoch + 1, before + batch, new Scores());
  }

  TrainingProgress progress(long allSteps, long seed) {
    EpochSums sums = new EpochSums(scores.lossSum(), scores.samples(), scores.top1Count(), scores.top5Count(), rateSum,
        steps, nanos);
    return new TrainingProgress(epoch, batch, before + batch, allSteps, sums, seed, Map.of());
  }

  /** Checks that a kept position is one of this loader. */
  void requireIn(DataLoader loader) {
    if (batch > loader.batches() || before != (long) epoch * loader.batches()) {
      throw new IllegalArgumentException("expected a loader of " + (epoch == 0 ? "at least " + batch : before / epoch)
          + " micro-batches an epoch, as the training had before, got one of " + loader.batches()
          + "; resume with the data set and the batch size that it began with");
    }
  }

  void stepped(int microBatches, double rate, long stepNanos) {
    batch += microBatches;
    steps++;
    rateSum += rate;
    nanos += stepNanos;
  }

  /** Counted from 0. */
  int epoch() {
    return epoch;
  }

  /** How many micro-batches are done. */
  int batch() {
    return batch;
  }

  /** How many micro-batches were done in the whole training. */
  long index() {
    return before + batch;
  }

  /** What the batches came to. */
  Scores scores() {
    return scores;
  }

  /** The mean learning rate of the steps. */
  double rate() {
    return rateSum / steps;
  }

  /** The time that the steps took. */
  double seconds() {
    return nanos / NANOS;
  }
}
