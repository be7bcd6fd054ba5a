package io.qkformer.train.run;

import static io.qkformer.train.run.SmallRuns.recipe;
import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop that is requested before the first step could be trained. */
class StoppedLoadingTest {

  @TempDir
  private Path folder;

  /** Notes the tasks that begin, and requests a stop when one of them has done so many items. */
  private static Progress stopping(TrainingRun run, String task, long after, List<String> begun) {
    return (name, total, unit) -> {
      begun.add(name);
      return new Progress.Task() {
        private long done;

        @Override
        public void advance(long items, Reading... readings) {
          done += items;
          if (name.startsWith(task) && done >= after) {
            run.requestStop();
          }
        }

        @Override
        public void close() {
          // nothing is held
        }
      };
    };
  }

  private static List<String> tasksUntilStop(TrainingRun run, String task, long after) throws IOException {
    List<String> begun = new ArrayList<>();
    try (run) {
      RunResult result = run.train(stopping(run, task, after, begun));
      assertThat(result.outcome()).isEqualTo(RunResult.Outcome.STOPPED);
      assertThat(result.last()).isEmpty();
    }
    return begun;
  }

  private List<String> files(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith(".lock")).toList();
    }
  }

  private static Recipe gestures(String... more) {
    List<String> keys = new ArrayList<>(List.of("dim=16", "num_heads=4", "time_step=3", "img_size=16", "train_size=24",
        "test_size=10", "batch_size=8", "epochs=1", "warmup_epochs=0", "threads=1", "seed=5"));
    keys.addAll(List.of(more));
    return Recipes.builtin("gestures-simulated", keys);
  }

  @Test
  void theOtherSplitIsNotOpenedAndTheRunCanBeResumed() throws IOException {
    Path run = folder.resolve("run");
    assertThat(tasksUntilStop(TrainingRun.start(recipe(), run, List.of()), "load", 1)).hasSize(1);
    assertThat(files(run)).containsExactly(RunFiles.RECIPE);
    assertThat(tasksUntilStop(TrainingRun.resume(run, List.of(), List.of()), "load", 1)).hasSize(1);

    assertThat(SmallRuns.resume(run).outcome()).isEqualTo(RunResult.Outcome.FINISHED);
    Path whole = folder.resolve("whole");
    SmallRuns.train(recipe(), whole);
    SmallRuns.assertSame(run, SmallRuns.state(whole), SmallRuns.rows(whole));
  }

  @Test
  void nothingIsOpenedAfterAStop() throws IOException {
    Path path = folder.resolve("run");
    TrainingRun run = TrainingRun.start(recipe(), path, List.of());
    run.requestStop();

    assertThat(tasksUntilStop(run, "load", 1)).isEmpty();
    assertThat(files(path)).containsExactly(RunFiles.RECIPE);
  }

  @Test
  void aResumedRunKeepsItsCheckpoints() throws IOException {
    Path path = folder.resolve("run");
    SmallRuns.train(recipe("epochs=1"), path);
    long steps = SmallRuns.state(path).progress().steps();

    try (TrainingRun run = TrainingRun.resume(path, List.of(), List.of())) {
      assertThat(run.train(stopping(run, "load", 1, new ArrayList<>())).outcome())
          .isEqualTo(RunResult.Outcome.STOPPED);
    }
    assertThat(SmallRuns.state(path).progress().steps()).isEqualTo(steps).isPositive();
  }

  @Test
  void clipsInMemoryAreGivenUpAtTheNextOne() throws IOException {
    Path run = folder.resolve("run");
    assertThat(tasksUntilStop(TrainingRun.start(gestures(), run, List.of()), "simulate", 3)).hasSize(1);
    assertThat(SmallRuns.resume(run).outcome()).isEqualTo(RunResult.Outcome.FINISHED);
  }

  @Test
  void aFileOfFramesIsCompleteOrAbsent() throws IOException {
    Path frames = folder.resolve("frames");
    Path run = folder.resolve("run");
    assertThat(tasksUntilStop(TrainingRun.start(gestures("frames_dir=" + frames), run, List.of()), "frames of", 3))
        .hasSize(1);
    assertThat(files(frames)).isEmpty();

    assertThat(SmallRuns.resume(run).outcome()).isEqualTo(RunResult.Outcome.FINISHED);
    assertThat(files(frames)).hasSize(2);
  }
}
