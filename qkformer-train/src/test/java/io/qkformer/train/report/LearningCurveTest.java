package io.qkformer.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningCurveTest {

  private static final int TRAIN_BLUE = 0xFF0072B2;
  private static final int TEST_ORANGE = 0xFFD55E00;
  private static final int AVERAGE_PURPLE = 0xFFCC79A7;

  @TempDir
  private Path folder;

  private static List<EpochMetrics> training(int epochs) {
    return IntStream.range(0, epochs).mapToObj(i -> {
      double t = (double) i / epochs;
      double wave = Math.sin(i * 1.7);
      EvaluationMetrics eval = new EvaluationMetrics(0.4 + 1.9 * Math.exp(-4 * t) + 0.02 * wave,
          95 - 80 * Math.exp(-4 * t) + wave, 99.5 - 49 * Math.exp(-5 * t));
      return new EpochMetrics(i, 1e-3, 1.1 + 1.2 * Math.exp(-4 * t), 80 - 70 * Math.exp(-4 * t),
          i % 2 == 1 ? EvaluationMetrics.NOT_MEASURED : eval, EvaluationMetrics.NOT_MEASURED, 500, 1000, 0.2, 100);
    }).toList();
  }

  private BufferedImage draw(LearningCurve curve, List<EpochMetrics> metrics) throws IOException {
    Path file = folder.resolve("curve.png");
    curve.write(file, metrics);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    return ImageIO.read(file.toFile());
  }

  private static long pixels(BufferedImage image, int color, int fromX, int toX) {
    return IntStream.range(fromX, toX).mapToLong(x -> IntStream.range(0, image.getHeight())
        .filter(y -> image.getRGB(x, y) == color).count()).sum();
  }

  @Test
  void drawsLossesOnTheLeftAndAccuraciesOnTheRight() throws IOException {
    BufferedImage image = draw(new LearningCurve("run", 1000, 400), training(100));

    assertThat(image.getWidth()).isEqualTo(1000);
    assertThat(image.getHeight()).isEqualTo(400);
    for (int color : new int[] {TRAIN_BLUE, TEST_ORANGE}) {
      assertThat(pixels(image, color, 0, 500)).isGreaterThan(200);
      assertThat(pixels(image, color, 500, 1000)).isGreaterThan(200);
    }
  }

  @Test
  void theAverageIsDrawnWhereItWasMeasured() throws IOException {
    List<EpochMetrics> averaged = IntStream.range(0, 5).mapToObj(SummaryCsvTest::epoch).toList();
    LearningCurve curve = new LearningCurve("run", 1000, 400);

    assertThat(pixels(draw(curve, averaged), AVERAGE_PURPLE, 0, 500)).isGreaterThan(100);
    assertThat(pixels(draw(curve, averaged), AVERAGE_PURPLE, 500, 1000)).isGreaterThan(100);
    assertThat(pixels(draw(curve, training(5)), AVERAGE_PURPLE, 0, 1000)).isZero();
  }

  @Test
  void aSingleEpochShowsAsAPoint() throws IOException {
    BufferedImage image = draw(new LearningCurve("run", 1000, 400), training(1));

    assertThat(pixels(image, TRAIN_BLUE, 60, 500)).isGreaterThan(20);
    assertThat(pixels(image, TEST_ORANGE, 560, 1000)).isGreaterThan(20);
  }

  @Test
  void whatWasNeverMeasuredIsLeftOut() throws IOException {
    List<EpochMetrics> untested = IntStream.range(0, 5).mapToObj(SummaryCsvTest::untested).toList();
    BufferedImage image = draw(new LearningCurve("run", 1000, 400), untested);

    assertThat(pixels(image, TRAIN_BLUE, 0, 1000)).isGreaterThan(100);
    assertThat(pixels(image, TEST_ORANGE, 0, 1000)).isZero();
  }

  @Test
  void nothingMeasuredStillGivesAPicture() throws IOException {
    double none = Double.NaN;
    BufferedImage image = draw(LearningCurve.of("run"),
        List.of(new EpochMetrics(0, none, none, none, EvaluationMetrics.NOT_MEASURED, EvaluationMetrics.NOT_MEASURED,
            none, none, none, none)));

    assertThat(pixels(image, TRAIN_BLUE, 0, image.getWidth())).isZero();
  }

  @Test
  void replacesThePictureOfTheEpochBefore() throws IOException {
    BufferedImage first = draw(LearningCurve.of("run"), training(10));
    BufferedImage second = draw(LearningCurve.of("run"), training(90));

    assertThat(pixels(second, TRAIN_BLUE, 0, second.getWidth()))
        .isNotEqualTo(pixels(first, TRAIN_BLUE, 0, first.getWidth()));
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> new LearningCurve("run", 100, 400)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("width x height must be at least 600 x 300 pixels, got 100 x 400");
    assertThatThrownBy(() -> LearningCurve.of("run").write(folder.resolve("a.png"), List.of()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least one epoch");
    Path missing = folder.resolve("missing").resolve("a.png");
    assertThatThrownBy(() -> LearningCurve.of("run").write(missing, training(2)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(missing.toString());
    assertThat(folder).isEmptyDirectory();
  }
}
