package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.examples.report.ReportPage;
import io.qkformer.examples.study.Study;
import io.qkformer.train.report.SummaryCsv;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ablate and report. */
class StudyCommandsTest {

  private static final int TESTS = 40;

  @TempDir
  private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void studiesLeaveATableAndAChart() throws IOException {
    String study = folder.resolve("study").toString();
    String[] command = {"ablate", "table9", "--seeds", "5", "--dim", "32", "--train-size", "32", "--test-size", "20",
        "--epochs", "1", "--batch", "16", "--out", study};
    assertThat(run(command)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("[run 3/3 PLIF, seed 5]").contains("| LIF |").contains("| 81.15 |")
        .contains("3 of 3 runs have finished");
    assertThat(Files.readAllLines(Path.of(study, "table9-runs.csv"))).hasSize(4);
    assertThat(Path.of(study, "table9.png")).isNotEmptyFile();
    assertThat(Path.of(study, "plif-seed-5", RunFiles.CURVE)).isNotEmptyFile();

    assertThat(run(command)).isZero();
    assertThat(out.toString()).contains("3 runs: 3 finished, 0 to go on with, 0 new");
    command[3] = "5,6";
    String[] table = Arrays.copyOf(command, command.length + 1);
    table[command.length] = "--only-table";
    assertThat(run(table)).isZero();
    assertThat(out.toString()).contains("3 of 6 runs have finished");
    assertThat(Path.of(study, "plif-seed-6")).doesNotExist();
  }

  /** Each of the paper's studies on a simulated event camera, tiny. */
  @ParameterizedTest
  @CsvSource({"table4, 2", "table5, 4", "table6, 6", "table9, 3"})
  void studiesTrainOnEvents(String study, int variants) throws IOException {
    Path runs = folder.resolve(study);
    List<String> command = new ArrayList<>(List.of("ablate", study, "--recipe", "gestures-simulated", "--seeds", "5", "--dim",
        "16", "--train-size", "8", "--test-size", "8", "--epochs", "1", "--warmup-epochs", "0", "--batch", "8", "--img-size",
        "32", "--out", runs.toString()));
    if (!study.equals("table5")) {
      command.addAll(List.of("-T", "2"));
    }
    assertThat(run(command.toArray(String[]::new))).as(err.toString()).isZero();
    assertThat(out.toString()).contains(variants + " of " + variants + " runs have finished");
    assertThat(Files.readAllLines(runs.resolve(study + "-runs.csv"))).hasSize(1 + variants);
  }

  @Test
  void studiesRefuseWhatWouldHaveNoEffect() {
    assertThat(run("ablate", "table5", "-T", "3")).isEqualTo(2);
    assertThat(err.toString()).contains("--time-step: study table5 varies this key (T = 1)").contains("--print");
    assertThat(run("ablate", "table5", "--seed", "3")).isEqualTo(2);
    assertThat(err.toString()).contains("give --seeds instead");
    assertThat(run("ablate", "table7")).isEqualTo(2);
    assertThat(err.toString()).contains("unknown study table7").contains("table9");
    assertThat(run("ablate", folder.resolve("none.yml").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("none.yml");
    assertThat(run("ablate", "table5", "--epocs", "3")).isEqualTo(2);
    assertThat(err.toString()).contains("--epochs");
    assertThat(run("ablate", "table5", "--print")).isZero();
    assertThat(out.toString()).isEqualTo(Study.builtinText("table5"));
  }

  @Test
  void reportsAreOnePageThatNeedsNothingElse() throws IOException {
    Path run = folder.resolve("a <run> & more");
    assertThat(run("train", "--dim", "32", "--train-size", "32", "--test-size", "" + TESTS, "--epochs", "2", "--batch", "16",
        "--out", run.toString())).as(err.toString()).isZero();

    assertThat(run("report", run.toString())).as(err.toString()).isZero();

    Document page = ReportPage.check(Files.readString(run.resolve("report.html")));
    assertThat(page.title()).isEqualTo("Run a <run> & more");
    assertThat(page.select("section").eachAttr("id")).containsExactly("overview", "curves", "classes", "confusion",
        "firing-rates", "energy", "attention", "mistakes", "recipe");
    assertThat(page.select("#curves svg")).hasSize(5);
    List<Element> cells = page.select("table.confusion tbody td");
    assertThat(cells).hasSize(100);
    assertThat(cells.stream().mapToInt(cell -> cell.text().isEmpty() ? 0 : Integer.parseInt(cell.text())).sum())
        .isEqualTo(TESTS);
    int right = page.select("table.confusion tbody tr").stream().mapToInt(row -> {
      String cell = row.select("td").get(row.elementSiblingIndex()).text();
      return cell.isEmpty() ? 0 : Integer.parseInt(cell);
    }).sum();
    double best = new SummaryCsv(run.resolve(RunFiles.SUMMARY)).read().stream().mapToDouble(row -> row.rankedTop1()).max()
        .orElseThrow();
    assertThat(100.0 * right / TESTS).isEqualTo(best);
    assertThat(page.select("#mistakes img")).hasSize(Math.min(36, TESTS - right));
    assertThat(page.select("#firing-rates .bar")).hasSizeGreaterThan(10);
    assertThat(page.select("#energy").text()).containsPattern("[0-9.]+ mJ an image; with dense arithmetic [0-9.]+ mJ");
    assertThat(page.select("#energy .bar .name").eachText()).contains("head", "stage3.0.attn.q_conv");
    // 6 images and two stages with token attention at T = 2
    assertThat(page.select("#attention img")).hasSize(6 * (1 + 2 * 2));

    Path other = folder.resolve("other.html");
    assertThat(run("report", run.toString(), "--out", other.toString(), "--test-subset", "10")).isZero();
    assertThat(ReportPage.check(Files.readString(other)).select("#overview").text()).contains("of 10 test images");
  }

  @Test
  void reportsNeedARunWithWeights() throws IOException {
    assertThat(run("report", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("is no run folder");
    Files.writeString(folder.resolve(RunFiles.RECIPE), "dataset: shapes\nlr: 1e-3\n");
    assertThat(run("report", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("a run has weights once its first epoch has ended");
  }
}
