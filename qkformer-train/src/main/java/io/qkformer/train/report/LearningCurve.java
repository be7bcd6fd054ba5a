package io.qkformer.train.report;

import io.qkformer.checkpoint.AtomicFile;
import java.awt.AWTError;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A picture of losses and accuracies over the epochs, as PNG. Needs no display.
 *
 * @param title  what stands above it, such as the run's name
 * @param width  of the picture in pixels, at least {@value #MIN_WIDTH}
 * @param height of the picture in pixels, at least {@value #MIN_HEIGHT}
 */
public record LearningCurve(String title, int width, int height) {

  /** Narrower ones cannot be read. */
  public static final int MIN_WIDTH = 600;
  /** Lower ones cannot be read. */
  public static final int MIN_HEIGHT = 300;
  private static final int DEFAULT_WIDTH = 1400;
  private static final int DEFAULT_HEIGHT = 560;
  private static final int FEW_EPOCHS = 20;
  private static final double INVISIBLE_SHIFT = 1e-3;
  private static final int TITLE_PADDING = 12;
  private static final String FONT = Font.SANS_SERIF;

  // Okabe and Ito's colours, told apart by the colour-blind too
  private static final Color TRAIN = new Color(0x0072B2);
  private static final Color TEST = new Color(0xD55E00);
  private static final Color TOP5 = new Color(0x009E73);
  private static final Color AVERAGED = new Color(0xCC79A7);

  /** Checks the size. */
  public LearningCurve {
    if (width < MIN_WIDTH || height < MIN_HEIGHT) {
      throw new IllegalArgumentException("width x height must be at least " + MIN_WIDTH + " x " + MIN_HEIGHT
          + " pixels, got " + width + " x " + height);
    }
  }

  /** A picture of the usual size. */
  public static LearningCurve of(String title) {
    return new LearningCurve(title, DEFAULT_WIDTH, DEFAULT_HEIGHT);
  }

  /**
   * Draws; the file is replaced by a finished one or not at all.
   *
   * @param metrics in the order of epochs; values that are NaN are left out
   * @throws IllegalArgumentException when there are no metrics
   * @throws IOException if the file cannot be written, or this Java cannot draw text because the system has
   *     no fonts
   */
  public void write(Path png, List<EpochMetrics> metrics) throws IOException {
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("metrics must hold at least one epoch, got none");
    }
    byte[] bytes;
    try {
      bytes = draw(metrics);
    } catch (LinkageError | InternalError | AWTError e) {
      throw new IOException("cannot draw " + png
          + ": this Java cannot draw text; install fontconfig and a font", e);
    }
    AtomicFile.write(png, out -> out.write(bytes));
  }

  private byte[] draw(List<EpochMetrics> metrics) throws IOException {
    XYChart loss = chart("loss");
    add(loss, "train", TRAIN, metrics, EpochMetrics::trainLoss);
    add(loss, "test", TEST, metrics, m -> m.eval().loss());
    add(loss, "test, averaged", AVERAGED, metrics, m -> m.emaEval().loss());
    loss.getStyler().setLegendPosition(LegendPosition.InsideNE);
    XYChart accuracy = chart("accuracy (%)");
    add(accuracy, "train top 1", TRAIN, metrics, EpochMetrics::trainTop1);
    add(accuracy, "test top 1", TEST, metrics, m -> m.eval().top1());
    add(accuracy, "test top 5", TOP5, metrics, m -> m.eval().top5());
    add(accuracy, "test top 1, averaged", AVERAGED, metrics, m -> m.emaEval().top1());
    accuracy.getStyler().setLegendPosition(LegendPosition.InsideSE);
    accuracy.getStyler().setYAxisMax(100.0).setYAxisDecimalPattern("0");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(List.of(loss, accuracy), 1, 2, out, BitmapFormat.PNG);
    return out.toByteArray();
  }

  private XYChart chart(String quantity) {
    XYChart chart = new XYChartBuilder().width(width / 2).height(height).title(title).xAxisTitle("epoch")
        .yAxisTitle(quantity).build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setChartTitleFont(new Font(FONT, Font.BOLD, 18))
        .setLegendFont(new Font(FONT, Font.PLAIN, 14));
    chart.getStyler().setAxisTitleFont(new Font(FONT, Font.PLAIN, 15))
        .setAxisTickLabelsFont(new Font(FONT, Font.PLAIN, 13))
        .setXAxisDecimalPattern("0").setYAxisDecimalPattern("0.0##").setYAxisMin(0.0);
    chart.getStyler().setLocale(Locale.ROOT).setChartTitlePadding(TITLE_PADDING);
    return chart;
  }

  private static void add(XYChart chart, String name, Color color, List<EpochMetrics> metrics,
      ToDoubleFunction<EpochMetrics> value) {
    List<EpochMetrics> measured = metrics.stream()
        .filter(m -> !Double.isNaN(value.applyAsDouble(m))).toList();
    if (measured.isEmpty()) {
      return;
    }
    double[] epochs = measured.stream().mapToDouble(EpochMetrics::epoch).toArray();
    boolean many = epochs.length > FEW_EPOCHS;
    if (many) {
      // XChart labels equally spaced values until the labels touch, any others at round numbers
      epochs[epochs.length - 1] += INVISIBLE_SHIFT;
    }
    XYSeries series = chart.addSeries(name, epochs, measured.stream().mapToDouble(value).toArray());
    // a single epoch is a point, which a line alone does not show
    series.setMarker(many ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE).setMarkerColor(color)
        .setLineColor(color).setLineStyle(new BasicStroke(2));
  }
}
