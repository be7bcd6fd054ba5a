package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.Order;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnDatasetExampleTest {
  @TempDir
  Path directory;

  @Test
  void imagesOfAListReachTheNetwork() throws IOException {
    image("red.png", 0xFF0000);
    image("blue, dark.png", 0x000080);
    Path csv = csv("path,label\nred.png,warm\n\nblue, dark.png,cold\nred.png,cold\n");

    OwnDatasetExample dataset = OwnDatasetExample.open(csv);

    assertThat(dataset.classNames()).containsExactly("cold", "warm");
    DataLoader loader = DataLoader.builder(dataset).batchSize(3).shuffle(Order.SEQUENTIAL).build();
    try (Epoch epoch = loader.epoch(0); Batch batch = epoch.next()) {
      assertThat(batch.labels()).containsExactly(1, 0, 0);
      assertThat(batch.images().shape()).containsExactly(1, 3, 4, 6, 3);
      assertThat(batch.images().getFloat(0, 0, 3, 5, 0)).isEqualTo(1);
      assertThat(batch.images().getFloat(0, 1, 3, 5, 2)).isEqualTo(0x80 / 255f);
    }
    String print = dataset.fingerprint();
    assertThat(OwnDatasetExample.open(csv).fingerprint()).isEqualTo(print);
    csv("path,label\nred.png,warm\nblue, dark.png,cold\n");
    assertThat(OwnDatasetExample.open(csv).fingerprint()).isNotEqualTo(print);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"''|an empty file", "'a.png,cat\n'|'a.png,cat'", "'path,label\n'|got none",
      "'path,label\na.png,cat\nb.png\n'|line 3", "'path,label\na.png,\n'|line 2", "'path,label\n,cat\n'|line 2"})
  void listsThatDoNotFitAreRefused(String content, String message) throws IOException {
    Path csv = csv(content);

    assertThatThrownBy(() -> OwnDatasetExample.open(csv)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("list.csv").hasMessageContaining(message);
  }

  @Test
  void badImagesAreNamed() throws IOException {
    Files.writeString(directory.resolve("text.png"), "no picture");
    OwnDatasetExample dataset = OwnDatasetExample.open(csv("path,label\ntext.png,cat\ngone.png,cat\n"));

    assertThatThrownBy(() -> dataset.get(0)).isInstanceOf(DatasetException.class).hasMessageContaining("text.png");
    assertThatThrownBy(() -> dataset.get(1)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("gone.png");
    assertThatThrownBy(() -> dataset.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theDocumentationShowsThisClass() throws IOException {
    Path docs = Path.of("../docs/data.md");
    assumeTrue(Files.isRegularFile(docs), () -> "skipped: there is no " + docs.toAbsolutePath().normalize());
    String source = Files.readString(Path.of("src/main/java/io/qkformer/examples/OwnDatasetExample.java"));

    assertThat(Files.readString(docs)).contains(source.substring(source.indexOf("public final class")));
  }

  private Path csv(String content) throws IOException {
    return Files.writeString(directory.resolve("list.csv"), content);
  }

  private void image(String name, int colour) throws IOException {
    BufferedImage image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 24; i++) {
      image.setRGB(i % 6, i / 6, colour);
    }
    ImageIO.write(image, "png", directory.resolve(name).toFile());
  }
}
