package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.examples.analyze.AttentionCommand;
import io.qkformer.examples.analyze.EnergyCommand;
import io.qkformer.examples.analyze.FiringRatesCommand;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** analyze firing-rates, attention and energy on a small run. */
class AnalyzeCommandsTest {

  private static final int SAMPLES = 20;
  @TempDir
  private static Path shared;
  @TempDir
  private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() {
    StringWriter messages = new StringWriter();
    assertThat(Main.run(new PrintWriter(messages, true), new PrintWriter(messages, true), "train", "--width", "32",
        "--train-size", "64", "--test-size", "40", "--epochs", "1", "--batch", "16", "--out",
        shared.resolve("run").toString())).as(messages.toString()).isZero();
  }

  private int analyze(String command, String... more) {
    List<String> args = new ArrayList<>(List.of("analyze", command));
    args.addAll(List.of(more));
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(String[]::new));
  }

  private int ofRun(String command, String... more) {
    List<String> args = new ArrayList<>(List.of("--run", shared.resolve("run").toString(), "--out", folder.toString()));
    args.addAll(List.of(more));
    return analyze(command, args.toArray(String[]::new));
  }

  private List<String[]> rows(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name)).stream().skip(1).map(line -> line.split(",", -1)).toList();
  }

  @Test
  void firingRatesLeaveTable7AndEachLayer() throws IOException {
    assertThat(ofRun("firing-rates", "--samples", Integer.toString(SAMPLES), "--layers", "stage1.*.attn_lif"))
        .as(err.toString()).isZero();
    List<String[]> table = rows(FiringRatesCommand.TABLE);
    // Q, K, A, X', X'', two layers of the MLP; SSA has V and no A
    assertThat(table).hasSize(3 * 7).allSatisfy(row -> assertThat(Double.parseDouble(row[4])).isBetween(0.0, 1.0));
    assertThat(table.get(0)).containsExactly("1", "QKTA", "Q", "1", table.get(0)[4], "0.0432");
    assertThat(table).filteredOn(row -> row[0].equals("3")).extracting(row -> row[2])
        .containsExactly("Q", "K", "V", "X'", "X''", "SMLP 1", "SMLP 2");
    assertThat(rows(FiringRatesCommand.LAYERS)).filteredOn(row -> row[1].equals("all")).extracting(row -> row[0])
        .contains("patch_embed1.proj_lif", "stage1.0.tssa.attended");
    // two steps of as many heads
    assertThat(rows(FiringRatesCommand.CHANNELS)).isNotEmpty().allMatch(row -> row[0].equals("stage1.0.tssa.attn_lif"));
    assertThat(ImageIO.read(folder.resolve(FiringRatesCommand.PLOT).toFile()).getWidth()).isPositive();
    assertThat(out.toString()).contains(SAMPLES + " test images").contains("SMLP 2");
  }

  @Test
  void attentionLeavesRastersThatShowTheMask() throws IOException {
    assertThat(ofRun("attention", "--image", "3", "--stage", "2", "--head", "1")).as(err.toString()).isZero();
    List<String[]> rows = rows(AttentionCommand.CSV);
    assertThat(rows).allSatisfy(row -> assertThat(row[6]).isEqualTo(row[4].equals("0") ? "0" : row[5]));
    assertThat(rows.size() % 2).isZero();
    assertThat(ImageIO.read(folder.resolve(AttentionCommand.RASTERS).toFile()).getWidth()).isPositive();
    assertThat(ImageIO.read(folder.resolve(AttentionCommand.OVERLAYS).toFile()).getWidth()).isPositive();
    assertThat(ofRun("attention", "--stage", "3")).isEqualTo(2);
    assertThat(err.toString()).contains("--stage must be one with token attention, of which this network has [1, 2]");
    assertThat(ofRun("attention", "--head", "9")).isEqualTo(2);
    assertThat(err.toString()).contains("--head must be in 1..");
    assertThat(ofRun("attention", "--image", "40")).isEqualTo(2);
    assertThat(err.toString()).contains("--image must be in 0..39, got 40");
  }

  @Test
  void energyAddsUpAndFollowsItsCostTable() throws IOException {
    assertThat(ofRun("energy", "--samples", "4")).as(err.toString()).isZero();
    List<String[]> rows = rows(EnergyCommand.CSV);
    String[] total = rows.get(rows.size() - 1);
    assertThat(total[0]).isEqualTo("total");
    double sum = rows.stream().limit(rows.size() - 1).mapToDouble(row -> Double.parseDouble(row[6])).sum();
    assertThat(sum).isCloseTo(Double.parseDouble(total[6]), within(1e-4));
    double expected = (Double.parseDouble(total[3]) * 4.6 + Double.parseDouble(total[4]) * 0.9) * 1e-6;
    assertThat(Double.parseDouble(total[6])).isCloseTo(expected, within(1e-3));
    assertThat(Double.parseDouble(total[7])).isCloseTo(Double.parseDouble(total[2]) * 4.6e-6,
        within(1e-3));
    assertThat(ImageIO.read(folder.resolve(EnergyCommand.PLOT).toFile()).getWidth()).isPositive();

    assertThat(ofRun("energy", "--samples", "4", "--mac", "9.2", "--ac", "1.8")).isZero();
    String[] doubled = rows(EnergyCommand.CSV).get(rows.size() - 1);
    assertThat(Double.parseDouble(doubled[6])).isCloseTo(2 * Double.parseDouble(total[6]),
        within(1e-4));
    assertThat(ofRun("energy", "--mac", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--mac and --ac must be positive");
  }

  @Test
  void weightsOfAFileNeedTheirRecipeAndFoldersTheirFiles() {
    String weights = shared.resolve("run").resolve(RunFiles.WEIGHTS_LAST).toString();
    assertThat(analyze("energy", "--weights", weights, "--set", "dim=32", "--set", "test_size=4", "--out",
        folder.toString())).as(err.toString()).isZero();
    assertThat(analyze("energy", "--recipe", "shapes", "--out", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("expected --weights FILE with --recipe");
    assertThat(analyze("firing-rates", "--run", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("is no run folder");
    assertThat(ofRun("firing-rates", "--samples", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--samples must be at least 1, got 0");
  }

  /** A fresh clone has no network: the first command trains one, the next finds it. */
  @Test
  void withoutARunASmallNetworkIsTrainedOnce() throws IOException {
    String embedded = folder.resolve("embedded").toString();
    String[] tiny = {"--embedded", embedded, "--set", "dim=16", "--set", "train_size=32", "--set", "test_size=20", "--set",
        "epochs=1", "--set", "warmup_epochs=0", "--set", "batch_size=16", "--samples", "4", "--out", folder.toString()};
    assertThat(analyze("energy", tiny)).as(err.toString()).isZero();
    assertThat(rows(EnergyCommand.CSV)).isNotEmpty();
    Path weights = Path.of(embedded, RunFiles.WEIGHTS_BEST);
    FileTime trained = Files.getLastModifiedTime(weights);
    assertThat(analyze("firing-rates", "--embedded", embedded, "--samples", "4", "--out", folder.toString()))
        .as(err.toString()).isZero();
    assertThat(out.toString()).contains(weights.toString());
    assertThat(Files.getLastModifiedTime(weights)).isEqualTo(trained);
  }
}
