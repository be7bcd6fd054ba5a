package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.examples.analyze.AttentionCommand;
import io.qkformer.examples.analyze.FiringRatesCommand;
import io.qkformer.examples.report.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Token attention in Spikformer, whose blocks have other names: {@code block.0} instead of {@code stage1.0}. */
class LookAtSpikformerTest {

  @TempDir
  private static Path shared;
  @TempDir
  private Path folder;
  private static SmallRun run;

  @BeforeAll
  static void train() {
    run = SmallRun.train(shared.resolve("run"), "--form", "spikformer", "--dim", "16", "--depths", "1", "--attention", "qkta",
        "--num-heads", "2", "--img-size", "16", "--train-size", "16", "--test-size", "20", "--epochs", "1",
        "--warmup-epochs", "0", "--batch", "8", "--threads", "1");
  }

  @Test
  void attentionIsFoundInItsBlocks() throws IOException {
    run.analyze("attention", folder, "--head", "2");
    List<String[]> rows = SmallRun.rows(folder.resolve(AttentionCommand.CSV));
    // two steps of 4 x 4 tokens
    assertThat(rows).hasSize(2 * 16)
        .allSatisfy(row -> assertThat(row[6]).isEqualTo(row[4].equals("0") ? "0" : row[5]));
  }

  @Test
  void firingRatesHaveItsStage() throws IOException {
    run.analyze("firing-rates", folder, "--samples", "4");
    assertThat(SmallRun.rows(folder.resolve(FiringRatesCommand.TABLE))).extracting(row -> row[0] + " " + row[2])
        .containsExactly("1 Q", "1 K", "1 A", "1 X'", "1 X''", "1 SMLP 1", "1 SMLP 2");
  }

  @Test
  void reportsShowItsAttention() throws IOException {
    run.run("report", run.folder().toString(), "--out", folder.resolve("page.html").toString());
    Document page = ReportPage.check(Files.readString(folder.resolve("page.html")));
    assertThat(page.select("#attention img")).hasSize(6 * (1 + 2));
    assertThat(page.select("#attention th").eachText()).containsExactly("image", "block, step 1", "block, step 2");
  }
}
