package io.qkformer.train.run;

import static io.qkformer.train.run.SmallRuns.recipe;
import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Engine;
import io.qkformer.model.QKFormer;
import io.qkformer.train.checkpoint.CheckpointStore;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Split;
import io.qkformer.train.loop.StepMetrics;
import io.qkformer.train.loop.Trainer;
import io.qkformer.train.loop.TrainingListener;
import io.qkformer.train.optimize.WeightUpdate;
import io.qkformer.train.recipe.CheckpointRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointPolicyTest {

  private static final long SECOND = 1_000_000_000L;

  @TempDir
  private Path folder;

  /** Returns the steps of the checkpoints, as they came: those before the epoch's end, then all. */
  private List<Long> saved(Recipe recipe, int interval, int seconds, ToLongFunction<Trainer> clock)
      throws IOException {
    CheckpointStore store = CheckpointStore.open(folder.resolve("checkpoints"), 100);
    RecipeLoaders loaders = new RecipeLoaders(recipe);
    List<Long> saved = new ArrayList<>();
    try (Engine engine = Engine.create(1);
        RecipeData train = RecipeData.open(recipe.data(), Split.TRAIN, 16, 1,
            Progress.silent())) {
      QKFormer model = SmallRuns.model(recipe, 10);
      DataLoader loader = loaders.train(train.dataset());
      Trainer trainer = new Trainer(model, engine, new WeightUpdate(model, recipe.optimizer(), Optional.empty(),
          engine.workers()), loaders.config(), Progress.silent());
      if (store.list().isEmpty()) {
        trainer.startAt(0, loader.batches());
      } else {
        trainer.restore(store.newest());
      }
      trainer.listen(new CheckpointPolicy(store, trainer, new CheckpointRecipe(Optional.empty(), 1, interval, seconds),
          () -> clock.applyAsLong(trainer)));
      trainer.listen(new TrainingListener() {
        private long last = trainer.progress().steps();

        @Override
        public void stepEnded(StepMetrics metrics) throws IOException {
          long newest = store.list().isEmpty() ? -1 : store.newest().progress().steps();
          if (newest > last) {
            last = newest;
            saved.add(newest);
          }
        }

        @Override
        public void epochEnded(EpochMetrics metrics) throws IOException {
          assertThat(store.newest().progress()).isEqualTo(trainer.progress());
          assertThat(store.newest().progress().microBatchInEpoch()).isZero();
        }
      });
      trainer.fit(loader, loaders.test(train.dataset()));
    }
    return saved;
  }

  private static long stopped(Trainer trainer) {
    return 0;
  }

  @Test
  void onlyTheEndsOfEpochsAreSavedByDefault() throws IOException {
    assertThat(saved(recipe("epochs=2"), 0, 0, CheckpointPolicyTest::stopped)).containsExactly(3L);
    assertThat(CheckpointStore.open(folder.resolve("checkpoints")).list()).hasSize(2);
  }

  @Test
  void soManyBatchesAfterTheLastCheckpoint() throws IOException {
    // 7 batches an epoch; in the second the count begins anew
    assertThat(saved(recipe("train_size=56"), 3, 0, CheckpointPolicyTest::stopped))
        .containsExactly(3L, 6L, 7L, 10L, 13L);
  }

  @Test
  void batchesAreCountedAndNotSteps() throws IOException {
    // after 2, 4, 6 and 7 batches of the only epoch
    assertThat(saved(recipe("train_size=56", "grad_accum_steps=2", "epochs=1"), 3, 0, CheckpointPolicyTest::stopped))
        .containsExactly(2L, 4L);
  }

  @Test
  void soManySecondsAfterTheLastCheckpointThoughTheClockOverflows() throws IOException {
    assertThat(saved(recipe("train_size=56", "epochs=1"), 0, 25,
        trainer -> Long.MAX_VALUE - 15 * SECOND + trainer.progress().steps() * 10 * SECOND)).containsExactly(3L, 6L);
  }

  @Test
  void aResumedTrainingCountsFromWhereItWas() throws IOException {
    Recipe recipe = recipe("train_size=56", "epochs=1");
    assertThat(saved(recipe, 2, 0, CheckpointPolicyTest::stopped)).containsExactly(2L, 4L, 6L);
    CheckpointStore.open(folder.resolve("checkpoints"), 100).discardAfter(2);

    assertThat(saved(recipe, 3, 0, CheckpointPolicyTest::stopped)).containsExactly(5L);
  }
}
