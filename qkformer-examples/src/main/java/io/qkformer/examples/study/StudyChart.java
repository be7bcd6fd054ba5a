package io.qkformer.examples.study;

import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A study as bars: our mean over the seeds with its standard deviation, and the paper's number beside it. */
final class StudyChart {

  private static final int LEAST_WIDTH = 760;
  private static final int WIDTH_EACH = 150;
  /** Of a name in the legend, whose names stand side by side. */
  private static final int LEGEND_EACH = 330;
  private static final int HEIGHT = 500;
  private static final double FULL = 100;
  private static final double HEADROOM = 1.15;
  private static final String FONT = Font.SANS_SERIF;
  /** Okabe and Ito's colours, told apart by the colour-blind too. */
  private static final Color OURS = new Color(0x0072B2);
  private static final List<Color> PAPER = List.of(new Color(0xBBBBBB), new Color(0xE69F00));

  private StudyChart() {
  }

  /** The picture as a PNG file. */
  static byte[] png(StudyTable table) throws IOException {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BitmapEncoder.saveBitmap(chart(table), bytes, BitmapFormat.PNG);
      return bytes.toByteArray();
    } catch (LinkageError | InternalError | AWTError e) {
      throw new IOException("cannot draw the chart: this Java cannot draw text; install fontconfig and a font", e);
    }
  }

  private static CategoryChart chart(StudyTable table) {
    List<StudyRow> rows = table.rows().stream().filter(row -> !row.runs().isEmpty()).toList();
    int legend = LEGEND_EACH * (1 + table.study().paper().size());
    CategoryChart chart = new CategoryChartBuilder()
        .width(Math.max(Math.max(LEAST_WIDTH, legend), WIDTH_EACH * rows.size() + LEAST_WIDTH / 4)).height(HEIGHT)
        .title(table.study().title()).xAxisTitle("variant").yAxisTitle("top-1 accuracy (%)").build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setChartTitleFont(new Font(FONT, Font.BOLD, 16))
        .setLegendFont(new Font(FONT, Font.PLAIN, 13)).setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal);
    chart.getStyler().setAxisTitleFont(new Font(FONT, Font.PLAIN, 14))
        .setAxisTickLabelsFont(new Font(FONT, Font.PLAIN, 13)).setYAxisMin(0.0).setYAxisDecimalPattern("0.0");
    chart.getStyler().setLabelsVisible(true).setLabelsFont(new Font(FONT, Font.PLAIN, 12)).setLabelsPosition(0.5)
        .setAvailableSpaceFill(0.8).setLocale(Locale.ROOT);
    List<String> names = rows.stream().map(row -> row.variant().name()).toList();
    List<Double> means = rows.stream().map(row -> row.last().mean()).toList();
    List<Double> deviations = rows.stream().map(row -> Double.isNaN(row.last().deviation()) ? 0
        : row.last().deviation()).toList();
    int most = rows.stream().mapToInt(row -> row.runs().size()).max().orElse(0);
    int least = rows.stream().mapToInt(row -> row.runs().size()).min().orElse(0);
    if (most < 2) {
      chart.addSeries("ours, one seed", names, means).setFillColor(OURS);
    } else {
      chart.addSeries("ours, mean and standard deviation of " + (least == most ? "" : least + " to ") + most + " seeds",
          names, means, deviations).setFillColor(OURS);
    }
    double highest = 0;
    for (int i = 0; i < rows.size(); i++) {
      highest = Math.max(highest, means.get(i) + deviations.get(i));
    }
    for (int column = 0; column < table.study().paper().size(); column++) {
      int each = column;
      List<OptionalDouble> numbers = rows.stream().map(row -> row.variant().paper().get(each)).toList();
      if (numbers.stream().allMatch(OptionalDouble::isPresent)) {
        chart.addSeries("paper, " + table.study().paper().get(column) + " at full size", names,
            numbers.stream().map(OptionalDouble::getAsDouble).toList()).setFillColor(PAPER.get(column % PAPER.size()));
        highest = Math.max(highest, numbers.stream().mapToDouble(OptionalDouble::getAsDouble).max().orElse(0));
      }
    }
    chart.getStyler().setYAxisMax(Math.min(FULL, highest * HEADROOM));
    return chart;
  }
}
