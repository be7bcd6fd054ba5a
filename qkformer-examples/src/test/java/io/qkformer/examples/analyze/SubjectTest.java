package io.qkformer.examples.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.layer.Layer;
import io.qkformer.layer.LayerObserver;
import io.qkformer.model.QKFormer;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.Progress;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which samples a network is shown. */
class SubjectTest {

  private static final int SIDE = 16;
  private static final int OF_EACH_CLASS = 20;

  @TempDir
  private Path folder;

  /** Mean brightness, normalised, of each sample that reaches the network. */
  private static final class Brightness implements LayerObserver {
    private final List<Double> means = new ArrayList<>();
    private INDArray seen;

    @Override
    public void computed(String layer, Layer part, List<INDArray> inputs, INDArray output) {
      INDArray input = inputs.get(0);
      if (input.size(4) == 3 && input != seen) {
        seen = input;
        for (int b = 0; b < input.size(1); b++) {
          double sum = 0;
          for (int y = 0; y < SIDE; y++) {
            sum += input.getFloat(0, b, y, y, 0);
          }
          means.add(sum / SIDE);
        }
      }
    }
  }

  private void images(String split) throws IOException {
    Color[] classes = {Color.BLACK, Color.GRAY, Color.WHITE};
    for (int label = 0; label < classes.length; label++) {
      Path home = Files.createDirectories(folder.resolve("data").resolve(split).resolve("class" + label));
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      graphics.setColor(classes[label]);
      graphics.fillRect(0, 0, SIDE, SIDE);
      graphics.dispose();
      for (int i = 0; i < OF_EACH_CLASS; i++) {
        ImageIO.write(image, "png", home.resolve("image%02d.png".formatted(i)).toFile());
      }
    }
  }

  /** Folders are sorted by class: the first samples would be of one class alone. */
  @Test
  void samplesOfAClassSortedFolderAreOfAllClasses() throws IOException {
    images("train");
    images("test");
    Recipe recipe = Recipes.builtin("shapes", List.of("dataset=folder", "data_dir=" + folder.resolve("data"), "dim=16",
        "img_size=" + SIDE, "threads=1"));
    Path weights = folder.resolve("weights.safetensors");
    ModelWeights.save(weights, new QKFormer(recipe.model().config(3), 0), Map.of());
    Brightness brightness = new Brightness();
    try (Subject subject = Subject.open(recipe, weights, Progress.silent())) {
      // more than a batch of 16
      subject.show(18, brightness);
      assertThat(subject.shown(0).isMoving()).isFalse();
      assertThat(subject.shown(59).label()).isEqualTo(2);
    }
    List<Double> shades = brightness.means.stream().distinct().sorted().toList();
    assertThat(brightness.means).hasSize(18);
    assertThat(shades).hasSize(3)
        .allSatisfy(shade -> assertThat(brightness.means.stream().filter(shade::equals)).hasSize(6));
  }
}
