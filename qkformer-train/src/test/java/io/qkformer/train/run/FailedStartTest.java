package io.qkformer.train.run;

import static io.qkformer.train.run.SmallRuns.recipe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.Split;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.Progress;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong before or while data is read. */
class FailedStartTest {

  @TempDir
  private Path folder;

  private List<String> visible(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith(".lock")).toList();
    }
  }

  /** Two classes of pictures, 40 pixels wide and high. */
  private Path pictures() throws IOException {
    for (String split : List.of("train", "test")) {
      for (String kind : List.of("dark", "light")) {
        Path home = Files.createDirectories(folder.resolve("data").resolve(split).resolve(kind));
        for (int i = 0; i < 4; i++) {
          BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
          image.setRGB(i, i, kind.equals("dark") ? 0 : 0xFFFFFF);
          ImageIO.write(image, "png", home.resolve(i + ".png").toFile());
        }
      }
    }
    return folder.resolve("data");
  }

  private static Recipe of(Path data, String... more) {
    return recipe(Stream.concat(Stream.of("dataset=folder", "data_dir=" + data, "epochs=1"), Stream.of(more))
        .toArray(String[]::new));
  }

  @Test
  void recipesThatCannotBeRunLeaveNoFolder() {
    Path run = folder.resolve("run");
    assertThatThrownBy(() -> TrainingRun.start(Recipes.builtin("dvs128-gesture", List.of()), run, List.of()))
        .isInstanceOf(RecipeException.class).hasMessageContaining("data_dir: expected the folder")
        .hasMessageContaining("dvs128-gesture");
    assertThatThrownBy(() -> TrainingRun.start(Recipes.builtin("cifar10", List.of()), run, List.of()))
        .isInstanceOf(RecipeException.class).hasMessageContaining("data_dir: expected the folder");
    assertThat(run).doesNotExist();
  }

  @Test
  void hugePicturesAreRefusedUntilTheRecipeAllowsThem() throws IOException {
    Path data = pictures();
    assertThatThrownBy(() -> RecipeData.open(of(data, "max_image_pixels=1599").data(), Split.TRAIN, 32, 1,
        Progress.silent())).isInstanceOf(IOException.class).hasMessageContaining("expected at most 1599 pixels")
        .hasMessageContaining("40x40 = 1600").hasMessageContaining("raise max_image_pixels of the recipe");
    try (RecipeData allowed = RecipeData.open(of(data, "max_image_pixels=1600").data(), Split.TRAIN, 32, 1,
        Progress.silent())) {
      assertThat(allowed.dataset().size()).isEqualTo(8);
    }
  }

  @Test
  void aRunThatFailsBeforeItBeginsLeavesItsFolderFree() throws IOException {
    Path run = folder.resolve("run");
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> SmallRuns.train(of(none), run)).isInstanceOf(IOException.class)
        .hasMessageContaining(none.toString());
    assertThat(visible(run)).isEmpty();

    Path weights = SmallRuns.weights(folder.resolve("w.safetensors"), recipe(), 10);
    assertThatThrownBy(() -> SmallRuns.train(of(pictures(), "initial_checkpoint=" + weights), run))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("expected a classifier");
    assertThat(visible(run)).isEmpty();
    SmallRuns.train(of(pictures(), "batch_size=4"), run);
    assertThat(visible(run)).contains(RunFiles.RECIPE, RunFiles.SUMMARY);
  }

  /** What a user has put there beside the run is nobody's to delete; what has begun, stays. */
  @Test
  void onlyItsOwnFilesAreTakenBack() throws IOException {
    Path run = folder.resolve("run");
    try (TrainingRun failed = TrainingRun.start(of(folder.resolve("none")), run, List.of())) {
      Files.writeString(run.resolve("notes.txt"), "mine", StandardCharsets.UTF_8);
      assertThatThrownBy(() -> failed.train(Progress.silent())).isInstanceOf(IOException.class);
    }
    assertThat(visible(run)).containsExactly("notes.txt");
    Path second = folder.resolve("second");
    SmallRuns.train(recipe("epochs=1"), second);
    List<String> before = visible(second);
    Files.delete(second.resolve(RunFiles.RECIPE));
    assertThatThrownBy(() -> SmallRuns.resume(second)).hasMessageContaining("no run folder");
    assertThat(visible(second)).hasSize(before.size() - 1);
  }

  /** Images that are too large to be kept are decoded while the training runs, by the loader's thread. */
  @Test
  void anImageThatCannotBeDecodedEndsTheTrainingWithItsName() throws IOException {
    Path data = pictures();
    Path bad = Files.writeString(data.resolve("train").resolve("light").resolve("2.png"), "no picture",
        StandardCharsets.UTF_8);
    for (String size : List.of("img_size=16", "img_size=80")) {
      assertThatThrownBy(() -> SmallRuns.train(of(data, size, "batch_size=4"), folder.resolve(size)))
          .isInstanceOf(IOException.class).hasMessageContaining(bad.getFileName().toString())
          .hasMessageContaining("light");
    }
    SmallRuns.train(of(data, "img_size=80", "batch_size=4", "corrupt_images=skip"), folder.resolve("skipped"));
    assertThat(visible(folder.resolve("skipped"))).contains(RunFiles.WEIGHTS_BEST);
  }

  @Test
  void theMemoryOfImagesIsEstimatedFromTheirOwnSize() throws IOException {
    Recipe recipe = of(pictures(), "img_size=16");
    try (RecipeData data = RecipeData.open(recipe.data(), Split.TEST, 16, 1, Progress.silent())) {
      assertThat(RecipeData.bytes(data.dataset())).isEqualTo(8 * 40 * 40 * 3);
      assertThat(data.dataset().get(3).image().width()).isEqualTo(40);
    }
  }
}
