package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
  @TempDir
  Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void tellsOfADataSetAndTheSpeedOfItsLoader() {
    assertThat(run("data", "--read", "50", "--threads", "2", "--batches", "3")).as(err.toString()).isZero();

    assertThat(out.toString()).contains("shapes train: 5000 images of 10 classes")
        .containsPattern("fingerprint [0-9a-f]{64}").contains("50 images read and decoded")
        .containsPattern("epoch 1: 3 batches of 32 in [0-9.]+ s on 2 threads: [0-9.]+ ms a batch, [0-9.]+ ms of it waited for");
  }

  @Test
  void listsTheImagesThatCannotBeRead() throws IOException {
    Path cat = Files.createDirectories(directory.resolve("train/cat"));
    for (int i = 0; i < 4; i++) {
      ImageIO.write(new BufferedImage(3 + i, 4, BufferedImage.TYPE_INT_RGB), "png", cat.resolve(i + ".png").toFile());
    }
    Files.writeString(cat.resolve("2.png"), "no picture");

    assertThat(run("data", "--data", "folder", "--data-path", directory.toString(), "--read", "-1", "--no-fingerprint"))
        .isEqualTo(1);

    assertThat(out.toString()).doesNotContain("fingerprint").contains("4 images read")
        .containsOnlyOnce("cannot be read")
        .containsPattern("cannot be read: .*2.png");
  }

  @Test
  void refusesPicturesBeyondTheLimit() throws IOException {
    Path cat = Files.createDirectories(directory.resolve("train/cat"));
    ImageIO.write(new BufferedImage(5, 4, BufferedImage.TYPE_INT_RGB), "png", cat.resolve("0.png").toFile());
    String[] look = {"data", "--data", "folder", "--data-path", directory.toString(), "--read", "-1",
        "--no-fingerprint", "--max-image-pixels", "19"};

    assertThat(run(look)).isEqualTo(1);
    assertThat(out.toString()).contains("expected at most 19 pixels").contains("max_image_pixels");
    look[look.length - 1] = "20";
    assertThat(run(look)).isZero();
  }

  @Test
  void namesAMissingPath() {
    assertThat(run("data", "--data", "cifar10")).isEqualTo(2);
    assertThat(err.toString()).contains("--data cifar10 needs --data-path");
  }
}
