package io.qkformer.examples.analyze;

import io.qkformer.examples.analyze.ComplexityPoint.Sweep;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Table 1 as a picture: time and bytes over N and over D, both axes logarithmic, with the fitted exponents. */
final class ComplexityPlot {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 460;
  private static final int TICKS_APART = 100;
  private static final double MEBI = 1 << 20;
  private static final double LOG2 = Math.log(2);
  /** Okabe and Ito's colours, told apart by the colour-blind too. */
  private static final Map<ComparedAttention, Color> COLORS = Map.of(
      ComparedAttention.VSA, new Color(0x000000), ComparedAttention.SSA, new Color(0xD55E00),
      ComparedAttention.SDSA, new Color(0x009E73), ComparedAttention.QKTA, new Color(0x0072B2),
      ComparedAttention.QKCA, new Color(0xCC79A7));
  private static final Map<ComparedAttention, Marker> MARKERS = Map.of(
      ComparedAttention.VSA, SeriesMarkers.CIRCLE, ComparedAttention.SSA, SeriesMarkers.SQUARE,
      ComparedAttention.SDSA, SeriesMarkers.DIAMOND, ComparedAttention.QKTA, SeriesMarkers.TRIANGLE_UP,
      ComparedAttention.QKCA, SeriesMarkers.TRIANGLE_DOWN);

  private ComplexityPlot() {
  }

  /** The picture as a PNG file. */
  static byte[] png(ComplexityScan scan, List<ComplexityPoint> points, List<ComplexityFit> fits) throws IOException {
    String overTokens = " over N, D = " + scan.baseWidth();
    String overWidth = " over D, N = " + scan.baseTokens();
    List<XYChart> charts = List.of(
        chart("Time" + overTokens, "tokens N", "ms", Sweep.TOKENS, ComplexityPoint::millis, points, fits,
            fit -> fit.timeTokens().exponent()),
        chart("Time" + overWidth, "channels D", "ms", Sweep.WIDTH, ComplexityPoint::millis, points, fits,
            fit -> fit.timeWidth().exponent()),
        chart("Memory" + overTokens, "tokens N", "MiB", Sweep.TOKENS, point -> point.bytes() / MEBI, points, fits,
            fit -> fit.bytesTokens().exponent()),
        chart("Memory" + overWidth, "channels D", "MiB", Sweep.WIDTH, point -> point.bytes() / MEBI, points, fits,
            fit -> fit.bytesWidth().exponent()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(charts, 2, 2, bytes, BitmapFormat.PNG);
    return bytes.toByteArray();
  }

  private static XYChart chart(String title, String xTitle, String yTitle, Sweep sweep,
      ToDoubleFunction<ComplexityPoint> value, List<ComplexityPoint> points, List<ComplexityFit> fits,
      ToDoubleFunction<ComplexityFit> exponent) {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xTitle)
        .yAxisTitle(yTitle).build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.OutsideE);
    // powers of two on linear axes: a logarithmic axis of XChart's labels powers of ten alone, of which there are too few
    chart.getStyler().setXAxisTickMarkSpacingHint(TICKS_APART)
        .setXAxisTickLabelsFormattingFunction(x -> Long.toString(Math.round(Math.pow(2, x)))).setLocale(Locale.ROOT);
    chart.getStyler().setYAxisTickLabelsFormattingFunction(y -> label(Math.pow(2, y)));
    for (ComplexityFit fit : fits) {
      ComparedAttention attention = fit.attention();
      List<ComplexityPoint> own = points.stream().filter(point -> point.attention() == attention
          && point.sweep() == sweep).toList();
      chart.addSeries(String.format(Locale.ROOT, "%s ~ %s^%.2f", attention, sweep.symbol(), exponent.applyAsDouble(fit)),
              own.stream().mapToDouble(point -> Math.log(point.size()) / LOG2).toArray(),
              own.stream().mapToDouble(point -> Math.log(value.applyAsDouble(point)) / LOG2).toArray())
          .setMarker(MARKERS.get(attention)).setMarkerColor(COLORS.get(attention))
          .setLineColor(COLORS.get(attention)).setLineStyle(new BasicStroke(2));
    }
    return chart;
  }

  /** Three digits, and no zeros behind the point. */
  private static String label(double value) {
    return new BigDecimal(value, new MathContext(3)).stripTrailingZeros().toPlainString();
  }
}
