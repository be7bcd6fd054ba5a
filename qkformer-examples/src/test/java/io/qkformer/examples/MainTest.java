package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.examples.analyze.ComplexityCommand;
import io.qkformer.examples.analyze.MemoryCommand;
import io.qkformer.train.recipe.RecipeKey;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.run.RunFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

  private static final List<String> SMALL = List.of("--form", "IMAGENET", "--width", "32", "--depths", "1,1,1", "--test-size", "40");

  @TempDir
  private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String command, List<String> model, String... more) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(model);
    args.addAll(List.of(more));
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(String[]::new));
  }

  private int train(Path run) {
    return run("train", SMALL, "--train-size", "64", "--epochs", "2", "--batch", "16",
        "--flip", "0.5", "--crop-padding", "2", "--mixup", "0.5", "--aa", "rand-m9-n1-mstd0.4-inc1", "--reprob", "0.25", "--model-ema", "true",
        "--model-ema-decay", "0.5", "--out", run.toString());
  }

  private double accuracy() {
    Matcher matcher = Pattern.compile("(?:averaged weights:|top-1) ([0-9.]+) %").matcher(out.toString());
    assertThat(matcher.find()).as(out.toString()).isTrue();
    out.getBuffer().setLength(0);
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void trainsAndLeavesWeightsThatEvaluateToTheSameAccuracy() throws IOException {
    Path run = folder.resolve("run");

    assertThat(train(run)).as(err.toString()).isZero();

    double trained = accuracy();
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY))).hasSize(3);
    assertThat(ImageIO.read(run.resolve(RunFiles.CURVE).toFile()).getWidth()).isPositive();
    assertThat(run("evaluate", SMALL, "--weights", run.resolve(RunFiles.WEIGHTS_LAST).toString()))
        .as(err.toString()).isZero();
    assertThat(accuracy()).isEqualTo(trained);
  }

  /** A finished run has nothing left to do, and says what it came to; predictions name the classes of its data. */
  @Test
  void resumesAndPredicts() throws IOException {
    Path run = folder.resolve("run");
    assertThat(train(run)).as(err.toString()).isZero();
    double trained = accuracy();
    List<String> rows = Files.readAllLines(run.resolve(RunFiles.SUMMARY));

    assertThat(run("resume", List.of(run.toString()), "--threads", "1", "--num-workers", "2", "--epochs", "2"))
        .as(err.toString()).isZero();
    assertThat(accuracy()).isEqualTo(trained);
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY))).isEqualTo(rows);
    assertThat(run("resume", List.of(run.toString()), "--epochs", "3")).isEqualTo(2);
    assertThat(err.toString()).contains("epochs: expected 2, got 3").contains("threads, workers, data_dir");

    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    ImageIO.write(new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB), "png", pictures.resolve("a.png").toFile());
    Files.writeString(pictures.resolve("b.jpg"), "no picture", StandardCharsets.UTF_8);
    assertThat(run("predict", List.of("--run", run.toString()), "--top", "2", pictures.toString())).isEqualTo(1);
    assertThat(out.toString()).containsPattern("a\\.png\t[a-z ]+\t0\\.\\d{4}\t[a-z ]+\t0\\.\\d{4}");
    assertThat(err.toString()).contains("b.jpg");
    assertThat(run("predict", List.of("--run", run.toString()), folder.resolve("none").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("there is no such file or folder");
  }

  @Test
  void overwritesNoEarlierRun() throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Path own = Files.writeString(run.resolve(RunFiles.WEIGHTS_LAST), "precious", StandardCharsets.UTF_8);

    assertThat(train(run)).isEqualTo(1);

    assertThat(err.toString()).contains(run.toString()).contains("not empty").contains("choose another folder");
    assertThat(own).hasContent("precious");
    assertThat(Files.list(run)).containsExactly(own);
  }

  @Test
  void failsOnAPlaceThatCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(train(file.resolve("run"))).isEqualTo(1);
    assertThat(err.toString()).contains("error:").contains(file.toString());
  }

  @Test
  void saysWhichWeightsDoNotFit() {
    Path run = folder.resolve("run");
    assertThat(train(run)).isZero();

    assertThat(run("evaluate", List.of("--width", "64"), "--test-size", "40", "--weights", run.resolve(RunFiles.WEIGHTS_LAST).toString())).isEqualTo(2);
    assertThat(err.toString()).contains("misshapen").contains("expected [").contains("left as it is");
  }

  @Test
  void printsASummary() {
    assertThat(run("summary", List.of("--model", "hst-4-384-cifar10"))).isZero();
    assertThat(out.toString()).contains("stage3.1.ssa.q_conv").contains("6,706,234").doesNotContain("memory");
    assertThat(run("summary", List.of("--recipe", "imagenet-384"))).isZero();
    assertThat(out.toString()).contains("16,473,688").contains("input [1, 32, 224, 224, 3], T = 4");
    assertThat(run("summary", List.of("--model", "hst-4-384-cifar10"), "--batch", "16")).isZero();
    assertThat(out.toString()).contains("input [1, 16, 32, 32, 3], T = 4").contains("kept float32")
        .contains("BLOCKS").contains("resident in all");
  }

  @Test
  void summarizesARecipeWithOverrides() {
    assertThat(summary("--recipe", "cifar10", "--time-step", "3", "--dim", "256", "--batch", "8"))
        .contains("input [1, 8, 32, 32, 3], T = 3");
    assertThat(summary("--recipe", "imagenet-384", "--input-size", "288", "-T", "2"))
        .contains("input [1, 32, 288, 288, 3], T = 2").contains("16,473,688");
    assertThat(run("summary", List.of("--recipe", "cifar10", "--heads", "7"))).isEqualTo(2);
    assertThat(err.toString()).contains("override 'num_heads=7'").contains("heads must divide the width");
    assertThat(run("summary", List.of("--recipe", "cifar10", "--classes", "100"))).isEqualTo(2);
    assertThat(err.toString()).contains("num_classes must be 10 for cifar10, got 100");
  }

  @Test
  void summarizesModelsWithoutARecipe() {
    assertThat(summary("--model", "hst-10-384")).contains("16,473,688").contains("input [1, 1, 224, 224, 3]");
    assertThat(summary("--model", "QKFormer_10_384")).contains("16,473,688");
    assertThat(summary("--recipe", "cifar100")).startsWith(summary("--model", "hst-4-384-cifar100"));
    assertThat(summary("--model", "hst-2-256-dvs128")).contains("Conv2d(256, 11").contains("128, 128, 2]");
    assertThat(summary("--width", "64", "--depths", "1,1,2", "--classes", "7", "--batch", "3"))
        .contains("input [1, 3, 32, 32, 3], T = 2").contains("resident in all");
  }

  private String summary(String... options) {
    out.getBuffer().setLength(0);
    assertThat(run("summary", List.of(options))).as(err.toString()).isZero();
    return out.toString();
  }

  @Test
  void scansTheMemoryOfAttention() throws IOException {
    Path run = folder.resolve("scan");
    assertThat(run("analyze", List.of("memory", "--max-side", "20", "--out", run.toString()))).as(err.toString()).isZero();
    assertThat(Files.readAllLines(run.resolve(MemoryCommand.CSV))).hasSize(3).last().asString()
        .startsWith("20,0.40,");
    assertThat(ImageIO.read(run.resolve(MemoryCommand.PLOT).toFile()).getWidth()).isPositive();
    assertThat(run("analyze", List.of("memory", "--max-side", "9"))).isEqualTo(2);
    assertThat(err.toString()).contains("--max-side must be at least 10, got 9");
  }

  @Test
  void fitsTheComplexityOfAttention() throws IOException {
    Path run = folder.resolve("complexity");
    List<String> small = List.of("complexity", "--tokens", "16,32,64", "--widths", "8,16", "--width", "8", "--at-tokens",
        "32", "--seconds", "0");
    assertThat(run("analyze", small, "--out", run.toString())).as(err.toString()).isZero();
    assertThat(Files.readAllLines(run.resolve(ComplexityCommand.POINTS))).hasSize(1 + 5 * (3 + 2))
        .contains("attention,varies,tokens,width,heads,median_ms,runs,bytes")
        .anyMatch(line -> line.startsWith("SDSA,D,32,16,1,"));
    List<String> exponents = Files.readAllLines(run.resolve(ComplexityCommand.EXPONENTS));
    assertThat(exponents).hasSize(6);
    assertThat(exponents.get(1)).startsWith("VSA,").endsWith(",O(N^2 D),O(N^2 D)");
    assertThat(ImageIO.read(run.resolve(ComplexityCommand.PLOT).toFile()).getWidth()).isPositive();
    assertThat(out.toString()).contains("fitted exponents");
    assertThat(run("analyze", List.of("complexity", "--tokens", "16"))).isEqualTo(2);
    assertThat(err.toString()).contains("--tokens: an exponent needs at least two different sizes");
    assertThat(run("analyze", List.of("complexity", "--seconds", "-1"))).isEqualTo(2);
    assertThat(err.toString()).contains("--seconds must be at least 0, got -1.0");
    assertThat(run("analyze", List.of("complexity", "--heads", "3"))).isEqualTo(2);
    assertThat(err.toString()).contains("--heads must divide each width, got 3 heads and width 128");
    assertThat(run("analyze", List.of())).isEqualTo(2);
    assertThat(err.toString()).contains("expected one of attention, complexity, energy, firing-rates, memory");
  }

  @Test
  void refusesBadArguments() {
    assertThat(run("train", List.of(), "--depths", "one")).isEqualTo(2);
    assertThat(err.toString()).contains("depths");
    assertThat(run("summary", List.of("--model", "hst-5"))).isEqualTo(2);
    assertThat(err.toString()).contains("model: expected one of").contains("hst-10-768").contains("got hst-5");
    assertThat(run("summary", List.of("--heads", "5"))).isEqualTo(2);
    assertThat(err.toString()).contains("heads must divide the width");
    assertThat(run("summary", List.of("-T", "0"))).isEqualTo(2);
    assertThat(err.toString()).contains("time_step: expected a whole number of at least 1, got 0");
    assertThat(run("train", List.of(), "--data", "cifar10", "--out", folder.resolve("a").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("data_dir: expected the folder");
    assertThat(run("train", List.of(), "--smoothing", "2")).isEqualTo(2);
    assertThat(err.toString()).contains("smoothing");
    assertThat(run("train", List.of(), "--smothing", "0.1")).isEqualTo(2);
    assertThat(err.toString()).contains("--smothing").contains("--smoothing");
    assertThat(run("train", List.of(), "--recipe", "cifar11")).isEqualTo(2);
    assertThat(err.toString()).contains("unknown recipe cifar11").contains("cifar100");
    assertThat(run("resume", List.of(folder.toString()))).isEqualTo(1);
    assertThat(err.toString()).contains("no run folder");
    assertThat(run("evaluate", List.of())).isEqualTo(2);
    assertThat(err.toString()).contains("expected --run FOLDER or --weights FILE");
    assertThat(run("train", List.of(), "--data", "folder", "--data-path", folder.resolve("none").toString(),
        "--out", folder.resolve("b").toString()))
        .isNotZero();
    assertThat(err.toString()).contains(folder.resolve("none").toString());
    assertThat(run("", List.of())).isEqualTo(2);
  }

  @Test
  void explainsItself() {
    assertThat(run("--help", List.of())).isZero();
    assertThat(out.toString()).contains("train").contains("evaluate").contains("summary").contains("130");
    assertThat(run("train", List.of("--help"))).isZero();
    for (RecipeKey key : Recipes.keys()) {
      assertThat(out.toString()).contains((key.name().length() == 1 ? "-" : "--") + key.name().replace('_', '-'));
    }
  }
}
