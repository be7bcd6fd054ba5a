package io.qkformer.train.run;

import io.qkformer.train.checkpoint.CheckpointStore;
import io.qkformer.train.loop.StepMetrics;
import io.qkformer.train.loop.Trainer;
import io.qkformer.train.loop.TrainingListener;
import io.qkformer.train.recipe.CheckpointRecipe;
import io.qkformer.train.report.EpochMetrics;
import java.io.IOException;
import java.util.function.LongSupplier;

/** Saves checkpoints: at the end of each epoch, within epochs as the recipe wants, and when the training stops. */
final class CheckpointPolicy implements TrainingListener {

  private static final double NANOS = 1e9;

  private final CheckpointStore store;
  private final Trainer trainer;
  private final CheckpointRecipe recipe;
  private final LongSupplier nanoTime;
  private long lastNanos;
  private int lastBatch;

  CheckpointPolicy(CheckpointStore store, Trainer trainer, CheckpointRecipe recipe, LongSupplier nanoTime) {
    this.store = store;
    this.trainer = trainer;
    this.recipe = recipe;
    this.nanoTime = nanoTime;
    this.lastNanos = nanoTime.getAsLong();
    this.lastBatch = trainer.progress().microBatchInEpoch();
  }

  @Override
  public void stepEnded(StepMetrics metrics) throws IOException {
    int batch = trainer.progress().microBatchInEpoch();
    boolean byCount = recipe.recoveryInterval() > 0 && batch - lastBatch >= recipe.recoveryInterval();
    boolean byClock = recipe.recoverySeconds() > 0
        && (nanoTime.getAsLong() - lastNanos) / NANOS >= recipe.recoverySeconds();
    if (byCount || byClock) {
      save();
    }
  }

  @Override
  public void epochEnded(EpochMetrics metrics) throws IOException {
    save();
  }

  @Override
  public void stopped() throws IOException {
    save();
  }

  private void save() throws IOException {
    store.save(trainer.state());
    lastNanos = nanoTime.getAsLong();
    lastBatch = trainer.progress().microBatchInEpoch();
  }
}
