package io.qkformer.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.examples.report.SvgLines.Series;
import io.qkformer.examples.report.TestPredictions.Prediction;
import io.qkformer.train.data.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class HtmlTest {

  private static final String HOSTILE = "<b>\"Tom\" & 'Jerry'</b><script>alert(1)</script>";

  @Test
  void textStaysTextInElementsAndAttributes() {
    Document page = Jsoup.parse("<p title=\"" + Html.text(HOSTILE) + "\">" + Html.text(HOSTILE) + "</p>"
        + Html.bar(HOSTILE, 0.5, HOSTILE) + Html.facts(List.<String[]>of(new String[] {HOSTILE, HOSTILE})));
    assertThat(page.select("p").text()).isEqualTo(HOSTILE);
    assertThat(page.select("p").attr("title")).isEqualTo(HOSTILE);
    assertThat(page.select(".bar .name").text()).isEqualTo(HOSTILE);
    assertThat(page.select("td").text()).isEqualTo(HOSTILE);
    assertThat(page.select("b, script")).isEmpty();
  }

  @Test
  void picturesKeepTheirPixelsAndLargeOnesBecomeSmall() throws IOException {
    Image image = Image.of(2, 1, new byte[] {1, 2, 3, (byte) 200, (byte) 201, (byte) 202});
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(Html.png(image, 10)));
    assertThat(picture.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0x010203);
    assertThat(picture.getRGB(1, 0) & 0xFFFFFF).isEqualTo(0xC8C9CA);
    Image large = Image.of(400, 100, new byte[400 * 100 * 3]);
    BufferedImage small = ImageIO.read(new ByteArrayInputStream(Html.png(large, 160)));
    assertThat(small.getWidth()).isEqualTo(160);
    assertThat(small.getHeight()).isEqualTo(40);
  }

  @Test
  void linesHaveAPointForEachNumberAndLabelsThatRiseToTheTop() {
    String html = new SvgLines("Loss", List.of(new Series("a & b", "#000", new double[] {2, Double.NaN, 1, 0.5}),
        new Series("none", "#111", new double[] {Double.NaN}))).html();
    Document svg = Jsoup.parse(html);
    assertThat(svg.select("circle")).hasSize(3);
    assertThat(svg.select("path.line")).hasSize(1);
    // no line through the epoch without a number
    assertThat(svg.select("path.line").attr("d")).matches("M[0-9. ]+M[0-9. ]+L[0-9. ]+");
    assertThat(svg.select("text").eachText()).contains("0", "0.5", "1", "2", "3", "epoch").doesNotContain("2.5");
    assertThat(svg.select(".legend span").eachText()).containsExactly("a & b");
    assertThat(new SvgLines("Loss", List.of(new Series("none", "#111", new double[] {Double.NaN}))).html())
        .isEmpty();
  }

  @Test
  void aSingleEpochIsAPoint() {
    Document svg = Jsoup.parse(new SvgLines("Loss", List.of(new Series("train", "#000", new double[] {0}))).html());
    assertThat(svg.select("circle")).hasSize(1);
    assertThat(svg.select("circle").attr("cx")).matches("[0-9.]+");
    assertThat(svg.select("circle").attr("cy")).matches("[0-9.]+");
  }

  @Test
  void mistakesAreSortedByHowSureTheModelWas() {
    TestPredictions predictions = new TestPredictions(3, List.of(new Prediction(0, 1, 1, 0.9), new Prediction(1, 0, 2, 0.4),
        new Prediction(2, 0, 1, 0.8), new Prediction(3, 2, 2, 0.5)));
    assertThat(predictions.mistakes()).extracting(Prediction::index).containsExactly(2, 1);
    assertThat(predictions.confusion()).isDeepEqualTo(new int[][] {{0, 1, 1}, {0, 1, 0}, {0, 0, 1}});
    assertThat(predictions.accuracy()).isEqualTo(0.5);
  }

  @Test
  void aFewSamplesAreOfAllClassesHoweverTheyLie() {
    List<Prediction> inTurn = IntStream.range(0, 40)
        .mapToObj(i -> new Prediction(i, i % 10, 0, 1)).toList();
    List<Prediction> byClass = IntStream.range(0, 40)
        .mapToObj(i -> new Prediction(i, i / 4, 0, 1)).toList();
    assertThat(new TestPredictions(10, inTurn).ofEachClass(12)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(new TestPredictions(10, byClass).ofEachClass(12)).containsExactly(0, 1, 4, 5, 8, 12, 16, 20, 24, 28, 32,
        36);
    assertThat(new TestPredictions(10, byClass).ofEachClass(100)).hasSize(40);
  }
}
