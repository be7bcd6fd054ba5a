package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static final List<String> SMALL = List.of("--form", "IMAGENET", "--width", "32", "--depths", "1,1,1");

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
    return run("train", SMALL, "--train-size", "64", "--test-size", "40", "--epochs", "2", "--batch", "16",
        "--flip", "0.5", "--crop-padding", "2", "--mixup", "0.5", "--out", run.toString());
  }

  private double accuracy() {
    Matcher matcher = Pattern.compile("(?:accuracy:|top-1) ([0-9.]+) %").matcher(out.toString());
    assertThat(matcher.find()).as(out.toString()).isTrue();
    out.getBuffer().setLength(0);
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void trainsAndLeavesWeightsThatEvaluateToTheSameAccuracy() throws IOException {
    Path run = folder.resolve("run");

    assertThat(train(run)).as(err.toString()).isZero();

    double trained = accuracy();
    assertThat(Files.readAllLines(run.resolve(TrainingRun.METRICS))).hasSize(3);
    assertThat(ImageIO.read(run.resolve(TrainingRun.CURVE).toFile()).getWidth()).isPositive();
    assertThat(run("evaluate", SMALL, "--test-size", "40", "--weights", run.resolve(TrainingRun.WEIGHTS).toString()))
        .as(err.toString()).isZero();
    assertThat(accuracy()).isEqualTo(trained);
  }

  @Test
  void overwritesNoEarlierRun() throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Path own = Files.writeString(run.resolve(TrainingRun.WEIGHTS), "precious", StandardCharsets.UTF_8);

    assertThat(train(run)).isEqualTo(1);

    assertThat(err.toString()).contains(run.toString()).contains("not empty").contains("--out");
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

    assertThat(run("evaluate", List.of("--form", "IMAGENET", "--width", "64", "--depths", "1,1,1"), "--test-size",
        "40", "--weights", run.resolve(TrainingRun.WEIGHTS).toString())).isEqualTo(2);
    assertThat(err.toString()).contains("misshapen").contains("expected [").contains("left as it is");
  }

  @Test
  void printsASummary() {
    assertThat(run("summary", List.of("--model", "hst-4-384-cifar10"))).isZero();
    assertThat(out.toString()).contains("stage3.1.ssa.q_conv").contains("6,706,234");
  }

  @Test
  void refusesBadArguments() {
    assertThat(run("train", List.of(), "--depths", "one")).isEqualTo(2);
    assertThat(err.toString()).contains("--depths");
    assertThat(run("summary", List.of("--model", "hst-5"))).isEqualTo(2);
    assertThat(err.toString()).contains("unknown model 'hst-5'").contains("hst-10-768");
    assertThat(run("summary", List.of("--heads", "5"))).isEqualTo(2);
    assertThat(err.toString()).contains("heads must divide the width");
    assertThat(run("summary", List.of("-T", "0"))).isEqualTo(2);
    assertThat(err.toString()).contains("timeSteps (T) must be at least 1, got 0");
    assertThat(run("train", List.of(), "--data", "cifar10")).isEqualTo(2);
    assertThat(err.toString()).contains("needs --data-path");
    assertThat(run("train", List.of(), "--data", "folder", "--data-path", folder.resolve("none").toString()))
        .isNotZero();
    assertThat(err.toString()).contains(folder.resolve("none").toString());
    assertThat(run("", List.of())).isEqualTo(2);
  }

  @Test
  void explainsItself() {
    assertThat(run("--help", List.of())).isZero();
    assertThat(out.toString()).contains("train").contains("evaluate").contains("summary");
  }
}
