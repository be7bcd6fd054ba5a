package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.Order;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.Reading;
import io.qkformer.train.run.OwnData;
import io.qkformer.train.run.RunFiles;
import io.qkformer.train.run.RunResult;
import io.qkformer.train.run.TrainingRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
  void aRunTrainsOnOwnImagesAndGoesOn() throws IOException {
    StringBuilder rows = new StringBuilder("path,label\n");
    for (int i = 0; i < 16; i++) {
      boolean warm = i % 2 == 0;
      image(i + ".png", warm ? 0xF00000 + i : 0x0000F0 + i);
      rows.append(i).append(".png,").append(warm ? "warm" : "cold").append('\n');
    }
    OwnDatasetExample images = OwnDatasetExample.open(csv(rows.toString()));
    OwnData data = new OwnData(images, images);
    Recipe recipe = Recipes.builtin("shapes", List.of("form=cifar", "dim=16", "depths=[1, 1, 1]", "num_heads=4",
        "time_step=1", "img_size=16", "batch_size=8", "epochs=6", "warmup_epochs=0", "lr=1e-2", "threads=1", "seed=5"));
    Path folder = directory.resolve("run");
    AtomicInteger steps = new AtomicInteger();
    try (TrainingRun run = TrainingRun.start(recipe, data, folder, List.of())) {
      run.train(afterSteps(5, steps, run));
    }
    assertThat(Files.readAllLines(folder.resolve(RunFiles.SUMMARY))).hasSizeLessThan(6);

    RunResult result = OwnDatasetExample.train(recipe, data, folder);

    assertThat(result.outcome()).isEqualTo(RunResult.Outcome.FINISHED);
    List<String> table = Files.readAllLines(folder.resolve(RunFiles.SUMMARY));
    assertThat(table).hasSize(7);
    assertThat(loss(table.get(6))).isLessThan(loss(table.get(1)));
    assertThat(List.of(RunFiles.RECIPE, RunFiles.ENVIRONMENT, RunFiles.CURVE, RunFiles.TENSORBOARD,
        RunFiles.CHECKPOINTS, RunFiles.WEIGHTS_LAST, RunFiles.WEIGHTS_BEST, RunFiles.BEST))
        .allSatisfy(name -> assertThat(folder.resolve(name)).exists());
    assertThat(SafeTensors.read(folder.resolve(RunFiles.WEIGHTS_LAST)).get("head.weight").size(0)).isEqualTo(2);
  }

  @Test
  void aRunOfOwnDataGoesOnWithTheSameDataOnly() throws IOException {
    image("red.png", 0xFF0000);
    image("blue.png", 0x000080);
    OwnDatasetExample both = OwnDatasetExample.open(csv("path,label\nred.png,warm\nblue.png,cold\n"));
    OwnDatasetExample more = OwnDatasetExample.open(csv("path,label\nred.png,warm\nblue.png,cold\nblue.png,cold\n"));
    OwnDatasetExample red = OwnDatasetExample.open(csv("path,label\nred.png,warm\n"));
    Recipe recipe = Recipes.builtin("shapes", List.of("form=cifar", "dim=16", "depths=[1, 1, 1]", "num_heads=4",
        "time_step=1", "img_size=16", "batch_size=2", "epochs=1", "warmup_epochs=0", "threads=1", "train_size=8",
        "test_size=8"));
    Path folder = directory.resolve("run");
    OwnDatasetExample.train(recipe, new OwnData(both, both), folder);

    assertThatThrownBy(() -> OwnDatasetExample.train(recipe, new OwnData(both, more), folder))
        .isInstanceOf(IOException.class).hasMessageContaining("the test data is not what");
    try (TrainingRun run = TrainingRun.resume(folder, List.of(), List.of())) {
      assertThatThrownBy(() -> run.train(Progress.silent())).isInstanceOf(IOException.class)
          .hasMessageContaining("a run of own data sets is resumed with them");
    }
    assertThatThrownBy(() -> new OwnData(both, red)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[cold, warm]").hasMessageContaining("[warm]");
  }

  private static double loss(String row) {
    return Double.parseDouble(row.split(",")[1]);
  }

  private static Progress afterSteps(int count, AtomicInteger steps, TrainingRun run) {
    return (name, total, unit) -> new Progress.Task() {
      @Override
      public void advance(long items, Reading... readings) {
        if (name.startsWith("epoch") && items > 0 && steps.incrementAndGet() == count) {
          run.requestStop();
        }
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
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
