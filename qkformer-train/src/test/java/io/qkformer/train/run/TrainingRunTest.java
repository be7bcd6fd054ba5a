package io.qkformer.train.run;

import static io.qkformer.train.run.SmallRuns.recipe;
import static io.qkformer.train.run.SmallRuns.watched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.kernel.Workers;
import io.qkformer.model.QKFormer;
import io.qkformer.train.Bits;
import io.qkformer.train.checkpoint.TrainingState;
import io.qkformer.train.optimize.EmaConfig;
import io.qkformer.train.optimize.WeightAverage;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingRunTest {

  private static Path wholeRun;

  @TempDir
  private static Path shared;
  @TempDir
  private Path folder;

  /** A run that nobody stopped, made once. */
  private static Path whole() throws IOException {
    if (wholeRun == null) {
      wholeRun = shared.resolve("whole");
      SmallRuns.train(SmallRuns.busy(), wholeRun);
    }
    return wholeRun;
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Five micro-batches an epoch, two a step; the test is of two batches, for the weights and their average each. */
  @ParameterizedTest
  @CsvSource({"epoch 1/2, 1, 1, 2", "epoch 1/2, 5, 3, 5", "evaluate, 1, 3, 5", "evaluate, 2, 3, 5",
      "epoch 2/2, 3, 5, 4"})
  void aStoppedRunGoesOnToTheSameBits(String task, int batch, int steps, int microBatches) throws IOException {
    Path run = folder.resolve("run");
    try (TrainingRun stopped = TrainingRun.start(SmallRuns.busy(), run, List.of())) {
      RunResult result = stopped.train(watched((name, batches) -> {
        if (name.equals(task) && batches == batch) {
          stopped.requestStop();
        }
      }));
      assertThat(result.outcome()).isEqualTo(RunResult.Outcome.STOPPED);
    }
    assertThat(SmallRuns.state(run).progress().steps()).isEqualTo(steps);
    assertThat(SmallRuns.state(run).progress().microBatchInEpoch()).isEqualTo(microBatches);

    RunResult result = SmallRuns.resume(run, "threads=2", "workers=2");

    assertThat(result.outcome()).isEqualTo(RunResult.Outcome.FINISHED);
    assertThat(result.last().map(EpochMetrics::epoch)).hasValue(1);
    SmallRuns.assertSame(run, SmallRuns.state(whole()), SmallRuns.rows(whole()));
    assertThat(run.resolve(RunFiles.WEIGHTS_BEST)).hasSameBinaryContentAs(whole().resolve(RunFiles.WEIGHTS_BEST));
    assertThat(run.resolve(RunFiles.WEIGHTS_LAST)).hasSameBinaryContentAs(whole().resolve(RunFiles.WEIGHTS_LAST));
  }

  /** As by an error of the machine: no checkpoint is saved at the end. */
  @Test
  void aRunThatDiedGoesOnFromTheCheckpointWithinItsEpoch() throws IOException {
    Path run = folder.resolve("run");
    Recipe recipe = SmallRuns.busy("recovery_interval=2");
    try (TrainingRun dying = TrainingRun.start(recipe, run, List.of())) {
      assertThatThrownBy(() -> dying.train(watched((name, batches) -> {
        if (name.equals("epoch 2/2") && batches == 4) {
          throw new IllegalStateException("the machine failed");
        }
      }))).hasMessage("the machine failed");
    }
    assertThat(SmallRuns.state(run).progress().steps()).isEqualTo(4);
    assertThat(SmallRuns.state(run).progress().microBatchInEpoch()).isEqualTo(2);

    SmallRuns.resume(run);
    SmallRuns.assertSame(run, SmallRuns.state(whole()), SmallRuns.rows(whole()));
  }

  @Test
  void theFolderHoldsAllThatItPromises() throws IOException {
    Path run = whole();

    assertThat(names(run)).containsExactly(".lock", "best", "checkpoints", "curve.png", "environment.json",
        "recipe.yaml", "summary.csv", "tensorboard", "weights-best.safetensors", "weights-last.safetensors");
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY))).hasSize(3).first().isEqualTo("epoch,train_loss,"
        + "train_top1,eval_loss,eval_top1,eval_top5,lr,images_per_second,resident_mb,firing_rate,seconds,"
        + "eval_loss_ema,eval_top1_ema,eval_top5_ema");
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY))).last().asString().startsWith("1,")
        .doesNotContain(",,").doesNotEndWith(",");
    assertThat(Recipes.read(run.resolve(RunFiles.RECIPE), List.of())).isEqualTo(SmallRuns.busy());
    assertThat(names(run.resolve(RunFiles.CHECKPOINTS))).containsExactly("step-0000000003", "step-0000000006");
    assertThat(names(run.resolve(RunFiles.TENSORBOARD))).hasSize(1);
    assertThat(Files.readString(run.resolve(RunFiles.TENSORBOARD).resolve(names(run.resolve(RunFiles.TENSORBOARD))
        .get(0)), StandardCharsets.ISO_8859_1)).contains("epoch/eval_top1_ema").contains("epoch/firing_rate");
    assertThat(ClassNames.of(run.resolve(RunFiles.WEIGHTS_BEST)).orElseThrow()).hasSize(10);
  }

  @Test
  void eachProcessIsNotedWithWhereItBegan() throws IOException {
    Path run = folder.resolve("run");
    try (TrainingRun stopped = TrainingRun.start(recipe("log_interval=1"), run, List.of("train", "--x"))) {
      stopped.train(watched((name, batches) -> {
        if (name.equals("epoch 2/2") && batches == 2) {
          stopped.requestStop();
        }
      }));
    }
    SmallRuns.resume(run);

    JsonNode sessions = new ObjectMapper().readTree(run.resolve(RunFiles.ENVIRONMENT).toFile()).get("sessions");
    assertThat(sessions).hasSize(2);
    assertThat(sessions.get(0).get("command").get(1).textValue()).isEqualTo("--x");
    assertThat(sessions.get(0).get("fromStep").intValue()).isZero();
    assertThat(sessions.get(1).get("fromStep").intValue()).isEqualTo(5);
    assertThat(sessions.get(1).get("fromEpoch").intValue()).isEqualTo(1);
    assertThat(sessions.get(1).get("threads").intValue()).isEqualTo(1);
    assertThat(sessions.get(1).get("seed").intValue()).isEqualTo(5);
    assertThat(sessions.get(0).get("dataChecksum").textValue()).hasSize(64)
        .isEqualTo(sessions.get(1).get("dataChecksum").textValue());
    assertThat(names(run.resolve(RunFiles.TENSORBOARD))).hasSize(2);
  }

  @Test
  void aFinishedRunHasNothingLeftToDo() throws IOException {
    Path run = folder.resolve("run");
    RunResult trained = SmallRuns.train(recipe("epochs=1"), run);
    List<String> rows = Files.readAllLines(run.resolve(RunFiles.SUMMARY));

    RunResult again = SmallRuns.resume(run);

    assertThat(again.outcome()).isEqualTo(RunResult.Outcome.FINISHED);
    assertThat(again.best()).isEqualTo(trained.best()).isEqualTo(again.last());
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY))).isEqualTo(rows);
  }

  @Test
  void otherDataIsRefusedAndNothingChanges() throws IOException {
    Path run = folder.resolve("run");
    SmallRuns.train(recipe("epochs=1"), run);
    List<String> rows = Files.readAllLines(run.resolve(RunFiles.SUMMARY));

    Path recipe = run.resolve(RunFiles.RECIPE);
    String begun = Files.readString(recipe);
    Files.writeString(recipe, begun.replace("data_seed: 0", "data_seed: 1"));
    assertThatThrownBy(() -> SmallRuns.resume(run)).isInstanceOf(IOException.class)
        .hasMessageContaining("the training data is not what " + run + " began with")
        .hasMessageContaining("bring back the data, or start another run");
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY))).isEqualTo(rows);
    assertThat(new ObjectMapper().readTree(run.resolve(RunFiles.ENVIRONMENT).toFile()).get("sessions")).hasSize(1);
    Files.writeString(recipe, begun.replace("\nseed: 5", "\nseed: 6"));
    assertThatThrownBy(() -> SmallRuns.resume(run)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seed 6, got 5");
    Files.writeString(recipe, begun);
    SmallRuns.resume(run);
  }

  @Test
  void otherTestDataIsRefusedButForRunsThatDidNotRecordTheirs() throws IOException {
    Path run = folder.resolve("run");
    SmallRuns.train(recipe("epochs=1"), run);

    Path recipe = run.resolve(RunFiles.RECIPE);
    String begun = Files.readString(recipe);
    Files.writeString(recipe, begun.replaceFirst("test_size: \\d+", "test_size: 11"));
    assertThat(Files.readString(recipe)).isNotEqualTo(begun);
    assertThatThrownBy(() -> SmallRuns.resume(run)).isInstanceOf(IOException.class)
        .hasMessageContaining("the test data is not what " + run + " began with")
        .hasMessageContaining("bring back the data");

    ObjectMapper json = new ObjectMapper();
    Path environment = run.resolve(RunFiles.ENVIRONMENT);
    JsonNode root = json.readTree(environment.toFile());
    assertThat(((ObjectNode) root.get("sessions").get(0)).remove("testChecksum").textValue()).hasSize(64);
    json.writeValue(environment.toFile(), root);
    SmallRuns.resume(run);
    assertThat(json.readTree(environment.toFile()).get("sessions").get(1).get("testChecksum").textValue()).hasSize(64);
  }

  @Test
  void aRunGoesOnWithWhatChangesNoNumberAlone() throws IOException {
    Path run = folder.resolve("run");
    SmallRuns.train(recipe("epochs=1"), run);

    assertThatThrownBy(() -> SmallRuns.resume(run, "epochs=3", "threads=2", "blr=1")).isInstanceOf(RecipeException.class)
        .hasMessageStartingWith("lr: expected 0.01, got 0.03125; epochs: expected 1, got 3; a run goes on as it began, "
            + "threads, workers, data_dir,").hasMessageEndingWith("alone may change; start a new run for others");
    // the failed one has unlocked the folder; what is as it was is no change
    SmallRuns.resume(run, "epochs=1", "recompute=blocks", "checkpoint-hist=2", "num_workers=2", "log_interval=7");
  }

  @Test
  void aFolderIsUsedByOneAtATime() throws IOException {
    Path run = folder.resolve("run");
    TrainingRun first = TrainingRun.start(recipe("epochs=1"), run, List.of());
    try (first) {
      assertThatThrownBy(() -> TrainingRun.resume(run, List.of(), List.of())).isInstanceOf(RunLockedException.class)
          .hasMessageContaining(run.toString());
      assertThat(first.folder()).isEqualTo(run);
      first.train(Progress.silent());
    }
    assertThatThrownBy(() -> TrainingRun.start(recipe(), run, List.of())).hasMessageContaining("not empty");
    assertThatThrownBy(() -> TrainingRun.resume(run, List.of("epochs=none"), List.of()))
        .hasMessageContaining("epochs");
    // the failed ones have unlocked it, and closing twice unlocks nobody else
    try (TrainingRun second = TrainingRun.resume(run, List.of(), List.of())) {
      first.close();
      assertThatThrownBy(() -> TrainingRun.resume(run, List.of(), List.of())).isInstanceOf(RunLockedException.class);
      assertThat(second.recipe()).isEqualTo(first.recipe());
    }
  }

  @Test
  void aDamagedCheckpointCostsTimeButNoBits() throws IOException {
    Path run = folder.resolve("run");
    SmallRuns.train(recipe(), run);
    TrainingState end = SmallRuns.state(run);
    List<String> rows = SmallRuns.rows(run);
    damage(run.resolve(RunFiles.CHECKPOINTS).resolve("step-0000000006"));
    assertThat(SmallRuns.state(run).progress().steps()).isEqualTo(3);

    SmallRuns.resume(run);
    SmallRuns.assertSame(run, end, rows);

    damage(run.resolve(RunFiles.CHECKPOINTS).resolve("step-0000000003"));
    damage(run.resolve(RunFiles.CHECKPOINTS).resolve("step-0000000006"));
    assertThatThrownBy(() -> SmallRuns.resume(run)).isInstanceOf(IOException.class)
        .hasMessageContaining("no checkpoint in " + run.resolve(RunFiles.CHECKPOINTS) + " can be used")
        .hasMessageContaining("step-0000000003 is damaged: model.safetensors has SHA-256")
        .hasMessageContaining("step-0000000006 is damaged");
    assertThat(SmallRuns.rows(run)).isEqualTo(rows);
  }

  private static void damage(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 5] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aFineTuningMayStartLateInItsSchedule() throws IOException {
    Path run = folder.resolve("run");
    Recipe recipe = recipe("epochs=4", "start_epoch=3", "sched_on_updates=false");
    SmallRuns.train(recipe, run);

    List<String> rows = Files.readAllLines(run.resolve(RunFiles.SUMMARY));
    assertThat(rows).hasSize(2);
    assertThat(rows.get(1)).startsWith("3,");
    assertThat(Double.parseDouble(rows.get(1).split(",")[6]))
        .isCloseTo(recipe.schedule().schedule().at(3), within(1e-8));
    assertThat(SmallRuns.state(run).progress().steps()).isEqualTo(3);
    assertThat(SmallRuns.state(run).progress().epoch()).isEqualTo(4);
    assertThat(SmallRuns.state(run).progress().microBatches()).isEqualTo(12);
  }

  @Test
  void averagedWeightsAreWhatIsPublished() throws IOException {
    TrainingState state = SmallRuns.state(whole());
    QKFormer model = SmallRuns.model(SmallRuns.busy(), 10);
    WeightAverage average = new WeightAverage(model, EmaConfig.of(0.9, EmaConfig.Start.COPY), new Workers(1));
    average.restore(state.average().orElseThrow());
    average.copyTo(model);

    Path last = whole().resolve(RunFiles.WEIGHTS_LAST);
    Bits.assertSame(SafeTensors.read(last), ModelWeights.export(model));
    assertThat(Bits.same(SafeTensors.read(last).get("head.weight"), state.model().get("head.weight"))).isFalse();
    assertThat(SafeTensors.readMetadata(last)).containsAllEntriesOf(Map.of("epoch", "1", "format", "pt"));
  }

  @Test
  void withoutAnAverageTheTrainedWeightsArePublished() throws IOException {
    Path run = folder.resolve("run");
    SmallRuns.train(recipe("epochs=1"), run);

    Bits.assertSame(SafeTensors.read(run.resolve(RunFiles.WEIGHTS_LAST)), SmallRuns.state(run).model());
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY)).get(1)).endsWith(",,,");
  }
}
