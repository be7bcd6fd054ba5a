package io.qkformer.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.model.QKFormer;
import io.qkformer.train.Bits;
import io.qkformer.train.checkpoint.CheckpointReader;
import io.qkformer.train.checkpoint.TrainingState;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Trainings of a second: a model of 16 channels, 24 pictures, 3 steps an epoch, 2 epochs. */
final class SmallRuns {

  private static final List<String> SMALL = List.of("form=cifar", "dim=16", "depths=[1, 1, 1]", "num_heads=4",
      "time_step=2", "img_size=16", "train_size=24", "test_size=10", "batch_size=8", "epochs=2", "warmup_epochs=0",
      "lr=1e-2", "threads=1", "seed=5");

  private SmallRuns() {
  }

  static Recipe recipe(String... overrides) {
    List<String> all = new ArrayList<>(SMALL);
    all.addAll(List.of(overrides));
    return Recipes.builtin("shapes", all);
  }

  /** All that a run may draw or average, so that little can be forgotten by a checkpoint. */
  static Recipe busy(String... more) {
    List<String> overrides = new ArrayList<>(List.of("hflip=0.5", "crop_padding=2", "img_size=32", "mixup=0.5", "cutmix=1", "reprob=0.25",
        "drop_path=0.1", "model_ema=true", "model_ema_decay=0.9", "grad_accum_steps=2", "train_size=40"));
    overrides.addAll(List.of(more));
    return recipe(overrides.toArray(String[]::new));
  }

  static RunResult train(Recipe recipe, Path folder) throws IOException {
    try (TrainingRun run = TrainingRun.start(recipe, folder, List.of("test"))) {
      return run.train(Progress.silent());
    }
  }

  static RunResult resume(Path folder, String... overrides) throws IOException {
    try (TrainingRun run = TrainingRun.resume(folder, List.of(overrides), List.of("test"))) {
      return run.train(Progress.silent());
    }
  }

  static QKFormer model(Recipe recipe, int classes) {
    return new QKFormer(recipe.model().config(classes), recipe.run().seed());
  }

  /** A file of weights that are no model's first ones. */
  static Path weights(Path file, Recipe recipe, int classes) throws IOException {
    QKFormer model = new QKFormer(recipe.model().config(classes), 77);
    model.visit("", (name, parameter) -> parameter.value().addi(0.01));
    ModelWeights.save(file, model, Map.of());
    return file;
  }

  static TrainingState state(Path folder) throws IOException {
    return new CheckpointReader(folder.resolve(RunFiles.CHECKPOINTS)).newest();
  }

  static void assertSame(Path actual, TrainingState expected, List<String> expectedRows) throws IOException {
    TrainingState state = state(actual);
    Bits.assertSame(state, expected);
    assertThat(rows(actual)).isEqualTo(expectedRows);
  }

  /** The table but for what the clock and the process decide. */
  static List<String> rows(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve(RunFiles.SUMMARY)).stream().map(line -> {
      List<String> fields = new ArrayList<>(List.of(line.split(",", -1)));
      fields.remove(10);
      fields.remove(8);
      fields.remove(7);
      return String.join(",", fields);
    }).toList();
  }

  /** A progress that tells a test of each micro-batch, with the task's name and how many it had. */
  static Progress watched(BiConsumer<String, Integer> batch) {
    return (name, total, unit) -> new Progress.Task() {
      private int batches;

      @Override
      public void advance(long items, Reading... readings) {
        if (items > 0) {
          batch.accept(name, ++batches);
        }
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
  }
}
