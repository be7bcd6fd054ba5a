package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.train.run.RunFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What evaluate and predict make of run folders and files of weights. */
class WeightsCommandsTest {

  private static final String[] MODEL = {"--form", "cifar", "--dim", "16", "--time-step", "2"};

  @TempDir
  private static Path folder;
  private static Path run;
  private static Path picture;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() throws IOException {
    run = folder.resolve("run");
    StringWriter err = new StringWriter();
    assertThat(Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), "train", MODEL[0], MODEL[1],
        MODEL[2], MODEL[3], MODEL[4], MODEL[5], "--train-size", "16", "--test-size", "10", "--epochs", "1", "--batch",
        "8", "--threads", "1", "--out", run.toString())).as(err.toString()).isZero();
    picture = folder.resolve("a picture.png");
    ImageIO.write(new BufferedImage(20, 30, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void overridesChangeTheRecipeOfARun() {
    assertThat(run("evaluate", "--run", run.toString())).as(err.toString()).isZero();
    assertThat(out.toString()).contains("of 10 images");
    assertThat(run("evaluate", "--run", run.toString(), "--test-size", "17")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("of 17 images");
  }

  /** After two steps hardly a neuron fires, and all losses are the same: these neurons and classifier are livelier. */
  @Test
  void weightsAreMeasuredAtAnotherResolution() throws IOException {
    StateDict.Builder lively = StateDict.builder();
    SafeTensors.read(run.resolve(RunFiles.WEIGHTS_LAST)).entries().forEach(entry -> {
      String name = entry.getKey();
      INDArray value = entry.getValue();
      lively.put(name, name.equals("head.weight") ? value.mul(1e3) : name.endsWith("bn.bias") ? value.add(1) : value);
    });
    String weights = folder.resolve("lively.safetensors").toString();
    SafeTensors.write(Path.of(weights), lively.build(), Map.of());

    String asTrained = evaluated("--run", run.toString(), "--weights", weights);
    String larger = evaluated("--run", run.toString(), "--weights", weights, "--img-size", "64");
    String byRecipe = evaluated("--weights", weights, "--recipe", "shapes", MODEL[0], MODEL[1], MODEL[2], MODEL[3],
        MODEL[4], MODEL[5], "--test-size", "10", "--img-size", "64");

    assertThat(larger).startsWith("test loss").contains("of 10 images").isNotEqualTo(asTrained).isEqualTo(byRecipe);
    assertThat(evaluated("--run", run.toString(), "--img-size", "64")).contains("of 10 images");
  }

  private String evaluated(String... arguments) {
    out.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 1];
    all[0] = "evaluate";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    assertThat(run(all)).as(err.toString()).isZero();
    return out.toString();
  }

  @Test
  void aRunHasItsRecipe() {
    assertThat(run("evaluate", "--run", run.toString(), "--recipe", "cifar10")).isEqualTo(2);
    assertThat(err.toString()).contains("expected --run or --recipe, got both");
  }

  @Test
  void weightsMayBeAnotherFileOfTheRun() {
    assertThat(run("evaluate", "--run", run.toString(), "--weights", run.resolve(RunFiles.WEIGHTS_LAST).toString()))
        .as(err.toString()).isZero();
  }

  @Test
  void whatIsMissingIsNamedWithAWayOut() throws IOException {
    assertThat(run("evaluate", "--run", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains(folder + " is no run folder");
    assertThat(run("predict", "--weights", folder.resolve("none.pth").toString(), picture.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("none.pth: there is no such file");
    Path young = Files.createDirectory(folder.resolve("young"));
    Files.copy(run.resolve(RunFiles.RECIPE), young.resolve(RunFiles.RECIPE));
    assertThat(run("predict", "--run", young.toString(), picture.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("weights-best.safetensors: a run has weights once its first epoch has ended");
    assertThat(run("train", "--recipe", folder.resolve("no such recipe.yml").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("error: NoSuchFileException: " + folder.resolve("no such recipe.yml"));
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  @Test
  void picturesBeyondTheLimitAreRefused() {
    assertThat(run("predict", "--run", run.toString(), "--max-image-pixels", "599", picture.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("expected at most 599 pixels").contains("20x30 = 600")
        .contains("raise max_image_pixels of the recipe");
    assertThat(run("predict", "--run", run.toString(), "--max-image-pixels", "600", picture.toString())).isZero();
  }

  @Test
  void classesWithoutNamesHaveNumbers() throws IOException {
    Path bare = folder.resolve("bare.safetensors");
    SafeTensors.write(bare, SafeTensors.read(run.resolve(RunFiles.WEIGHTS_BEST)), Map.of());

    assertThat(run("predict", "--weights", bare.toString(), MODEL[0], MODEL[1], MODEL[2], MODEL[3], MODEL[4], MODEL[5],
        "--top", "10", picture.toString())).as(err.toString()).isZero();

    String[] fields = out.toString().strip().split("\t");
    assertThat(fields).hasSize(21).contains("0", "9");
    assertThat(fields[0]).isEqualTo(picture.toString());
    assertThat(Double.parseDouble(fields[2])).isGreaterThanOrEqualTo(Double.parseDouble(fields[20]));
  }

  @Test
  void aFileWithoutAClassifierIsNoModel() throws IOException {
    Path other = folder.resolve("other.safetensors");
    SafeTensors.write(other, StateDict.builder().build(), Map.of());

    assertThat(run("predict", "--weights", other.toString(), picture.toString())).isEqualTo(2);
    assertThat(err.toString()).contains(other + ": expected the weights of a QKFormer, with a classifier head.weight");
  }
}
