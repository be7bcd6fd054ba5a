package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.examples.analyze.AttentionCommand;
import io.qkformer.examples.analyze.EnergyCommand;
import io.qkformer.examples.analyze.FiringRatesCommand;
import io.qkformer.examples.report.ReportPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** analyze and report on a run of clips of an event camera. */
class LookAtClipsTest {

  private static final int TESTS = 16;
  private static final int STEPS = 3;

  @TempDir
  private static Path shared;
  @TempDir
  private Path folder;
  private static SmallRun run;

  @BeforeAll
  static void train() {
    run = SmallRun.train(shared.resolve("run"), "--recipe", "gestures-simulated", "--dim", "16", "--time-step", "" + STEPS,
        "--img-size", "16", "--train-size", "16", "--test-size", "" + TESTS, "--epochs", "1", "--warmup-epochs", "0", "--batch",
        "8", "--threads", "1");
  }

  @Test
  void firingRatesAreOfClips() throws IOException {
    run.analyze("firing-rates", folder, "--samples", "8");
    assertThat(run.output()).contains("8 test clips");
    List<String[]> rows = SmallRun.rows(folder.resolve(FiringRatesCommand.TABLE));
    assertThat(rows).extracting(row -> row[0] + " " + row[2]).contains("1 Q", "1 A", "1 X'", "2 V", "2 SMLP 2");
    assertThat(SmallRun.rows(folder.resolve(FiringRatesCommand.LAYERS)))
        .filteredOn(row -> row[0].equals("stage1.0.tssa.attn_lif")).hasSize(1 + STEPS);
  }

  @Test
  void energyIsOfAClip() throws IOException {
    run.analyze("energy", folder, "--samples", "4");
    assertThat(run.output()).contains("4 test clips").contains("one clip").contains("mJ a clip;");
    List<String[]> rows = SmallRun.rows(folder.resolve(EnergyCommand.CSV));
    // counts of events are whole: the stem adds, where images are multiplied
    assertThat(rows.get(0)[0]).startsWith("patch_embed1");
    assertThat(Double.parseDouble(rows.get(0)[3])).isZero();
    assertThat(Double.parseDouble(rows.get(0)[4])).isPositive();
  }

  /** Pictures of 256 pixels, 12 apart: frames above, A_t over them below. */
  @Test
  void attentionLiesOverEachFrame() throws IOException {
    run.analyze("attention", folder, "--clip", "3");
    assertThat(run.output()).contains("test/3").contains(STEPS + " steps");
    assertThat(SmallRun.rows(folder.resolve(AttentionCommand.CSV))).extracting(row -> row[0]).contains("1", "3");
    assertThat(ImageIO.read(folder.resolve(AttentionCommand.RASTERS).toFile()).getWidth()).isPositive();
    BufferedImage overlays = ImageIO.read(folder.resolve(AttentionCommand.OVERLAYS).toFile());
    assertThat(overlays.getWidth()).isEqualTo(12 + STEPS * 268);
    assertThat(overlays.getHeight()).isEqualTo(30 + 2 * (22 + 256 + 12));
    assertThat(run.command("analyze", "attention", "--run", run.folder().toString(), "--clip", "16", "--out",
        folder.toString())).isEqualTo(2);
    assertThat(run.errors()).contains("--clip must be in 0..15, got 16");
  }

  @Test
  void reportsShowFrames() throws IOException {
    run.run("report", run.folder().toString(), "--out", folder.resolve("page.html").toString());
    Document page = ReportPage.check(Files.readString(folder.resolve("page.html")));

    assertThat(page.select("section").eachAttr("id")).containsExactly("overview", "curves", "classes", "confusion",
        "firing-rates", "energy", "attention", "mistakes", "recipe");
    assertThat(page.select("#overview").text()).contains("of " + TESTS + " test clips").contains("clips/s");
    assertThat(page.select("#curves svg")).hasSize(5);
    assertThat(page.select("#firing-rates").text()).contains("test clips");
    assertThat(page.select("#firing-rates .bar")).hasSizeGreaterThan(10);
    assertThat(page.select("#energy").text()).contains("mJ a clip");
    List<Element> cells = page.select("table.confusion tbody td");
    assertThat(cells.stream().mapToInt(cell -> cell.text().isEmpty() ? 0 : Integer.parseInt(cell.text())).sum())
        .isEqualTo(TESTS);
    int right = page.select("table.confusion tbody tr").stream().mapToInt(row -> {
      String cell = row.select("td").get(row.elementSiblingIndex()).text();
      return cell.isEmpty() ? 0 : Integer.parseInt(cell);
    }).sum();
    assertThat(page.select("#mistakes img.frames")).hasSize(TESTS - right);
    // six clips, the frames and A_t of the one stage with token attention
    assertThat(page.select("#attention img")).hasSize(6 * 2 * STEPS);
    assertThat(page.select("#attention").text()).contains("each step over its own frame").contains("frame 3")
        .contains("stage1, step 3");
  }
}
