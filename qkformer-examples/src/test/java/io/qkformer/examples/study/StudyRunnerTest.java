package io.qkformer.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import io.qkformer.train.run.RunFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyRunnerTest {

  private static final String YAML = """
      title: Steps
      base: shapes
      common: {dim: 32, train_size: 64, test_size: 40, epochs: 2, batch_size: 16}
      seeds: [1, 2]
      paper: [CIFAR-100]
      variants:
        - {name: T = 1, paper: [78.51], keys: {time_step: 1}}
        - {name: "T = 2, soft", paper: [80.08], keys: {time_step: 2, v_reset: null}}
      """;

  @TempDir
  private Path folder;
  private final List<String> lines = new ArrayList<>();

  private static List<StudyRun> plan(Path out) throws IOException {
    return StudyRun.plan(StudyReader.read("steps", "steps.yml", YAML), List.of(), out);
  }

  private StudyRunner runner(Progress progress) {
    return new StudyRunner(progress, lines::add, List.of("test"));
  }

  /** Asks the runner to stop within the second epoch of the second run. */
  private StudyRunner.Outcome runUntilTheSecondRun(List<StudyRun> runs) throws IOException {
    StudyRunner[] holder = new StudyRunner[1];
    Progress stopping = (name, total, unit) -> {
      if (name.startsWith("[run 2/") && name.contains("epoch 2")) {
        holder[0].requestStop();
      }
      return Progress.silent().start(name, total, unit);
    };
    holder[0] = runner(stopping);
    return holder[0].run(runs);
  }

  @Test
  void aStoppedStudyGoesOnToTheSameBitsAndFinishedRunsStayAsTheyAre() throws IOException {
    List<StudyRun> whole = plan(folder.resolve("whole"));
    assertThat(runner(Progress.silent()).run(whole)).isEqualTo(StudyRunner.Outcome.FINISHED);
    assertThat(lines).hasSize(1 + whole.size()).first().isEqualTo("4 runs: 0 finished, 0 to go on with, 4 new");
    assertThat(lines.get(1)).startsWith("[run 1/4 T = 1, seed 1] ").contains(" left");
    assertThat(lines.get(4)).startsWith("[run 4/4 T = 2, soft, seed 2] ").doesNotContain(" left");

    List<StudyRun> parted = plan(folder.resolve("parted"));
    assertThat(runUntilTheSecondRun(parted)).isEqualTo(StudyRunner.Outcome.STOPPED);
    assertThat(states(parted)).containsExactly(StudyRun.State.FINISHED, StudyRun.State.STARTED, StudyRun.State.NEW,
        StudyRun.State.NEW);
    byte[] environment = Files.readAllBytes(parted.get(0).folder().resolve(RunFiles.ENVIRONMENT));
    lines.clear();
    assertThat(runner(Progress.silent()).run(parted)).isEqualTo(StudyRunner.Outcome.FINISHED);
    assertThat(lines).hasSize(4).first().isEqualTo("4 runs: 1 finished, 1 to go on with, 2 new");
    assertThat(parted.get(0).folder().resolve(RunFiles.ENVIRONMENT)).hasBinaryContent(environment);
    for (int i = 0; i < whole.size(); i++) {
      assertThat(parted.get(i).folder().resolve(RunFiles.WEIGHTS_LAST))
          .hasSameBinaryContentAs(whole.get(i).folder().resolve(RunFiles.WEIGHTS_LAST));
    }
    lines.clear();
    runner(Progress.silent()).run(parted);
    assertThat(lines).containsExactly("4 runs: 4 finished, 0 to go on with, 0 new");
  }

  private static List<StudyRun.State> states(List<StudyRun> runs) throws IOException {
    List<StudyRun.State> states = new ArrayList<>();
    for (StudyRun run : runs) {
      states.add(run.state());
    }
    return states;
  }

  @Test
  void tablesHoldWhatTheRunsCameTo() throws IOException {
    Study study = StudyReader.read("steps", "steps.yml", YAML);
    List<StudyRun> runs = plan(folder);
    runUntilTheSecondRun(runs);
    assertThat(StudyTable.of(study, List.of()).markdown()).contains("| T = 1 | - | 0 | - | - | 78.51 |");

    StudyTable table = StudyTable.of(study, runs);
    assertThat(table.finished()).isEqualTo(1);
    table.write(folder);

    List<EpochMetrics> rows = runs.get(0).rows();
    double top1 = rows.get(1).rankedTop1();
    assertThat(Files.readString(folder.resolve("steps.md"))).startsWith("Steps\n")
        .contains("paper, CIFAR-100 (%)").contains(String.format(Locale.ROOT, "| 1 | %.2f | ", top1))
        .contains("| T = 2, soft | - | 0 | - | - | 80.08 |");
    List<String> csv = Files.readAllLines(folder.resolve("steps.csv"));
    assertThat(csv).hasSize(3);
    assertThat(csv.get(1).split(",")).contains("T = 1", "78.5100");
    assertThat(csv.get(2)).isEqualTo("\"T = 2, soft\",0,0,,,,,,80.0800");
    assertThat(Files.readAllLines(folder.resolve("steps-runs.csv"))).hasSize(2).last().asString().startsWith("T = 1,1,");
    BufferedImage chart = ImageIO.read(folder.resolve("steps.png").toFile());
    assertThat(chart.getWidth()).isGreaterThan(600);
  }

  @Test
  void aFolderOfAnotherRecipeIsLeftAlone() throws IOException {
    List<StudyRun> runs = plan(folder);
    runUntilTheSecondRun(runs);
    List<StudyRun> others = StudyRun.plan(StudyReader.read("steps", "steps.yml", YAML), List.of("lr=1e-3"), folder);
    assertThatThrownBy(() -> runner(Progress.silent()).run(others)).isInstanceOf(IOException.class)
        .hasMessageContaining("holds a run of another recipe: expected lr: 0.001, got 0.004")
        .hasMessageContaining("choose another --out");
    List<StudyRun> neutral = StudyRun.plan(StudyReader.read("steps", "steps.yml", YAML), List.of("threads=1"), folder);
    assertThat(neutral.get(0).state()).isEqualTo(StudyRun.State.FINISHED);
  }

  /** A learning rate beyond all reason makes one run diverge; the others are trained all the same. */
  @Test
  void aRunThatDivergesStopsNoOther() throws IOException {
    String yaml = YAML.replace("seeds: [1, 2]", "seeds: [1]").replace("keys: {time_step: 1}", "keys: {lr: 1e38, warmup_lr: 1e38}");
    List<StudyRun> runs = StudyRun.plan(StudyReader.read("steps", "steps.yml", yaml), List.of(), folder);
    StudyRunner runner = runner(Progress.silent());
    assertThat(runner.run(runs)).isEqualTo(StudyRunner.Outcome.DIVERGED);
    assertThat(runner.diverged()).containsExactly(runs.get(0));
    assertThat(runs.get(1).state()).isEqualTo(StudyRun.State.FINISHED);
    assertThat(lines.get(1)).contains("diverged: ");
  }
}
