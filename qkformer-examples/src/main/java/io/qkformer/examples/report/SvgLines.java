package io.qkformer.examples.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lines over the epochs as inline SVG, with a legend in HTML below it.
 *
 * @param title  above it, with the unit
 * @param series the lines; those without a number are left out
 */
record SvgLines(String title, List<Series> series) {

  private static final int WIDTH = 420;
  private static final int HEIGHT = 260;
  private static final int LEFT = 52;
  private static final int RIGHT = 12;
  private static final int TOP = 12;
  private static final int BOTTOM = 40;
  private static final int TICKS = 5;
  private static final int BASELINE = 4;
  private static final MathContext LABEL = new MathContext(3);
  private static final int LONGEST = 6;

  /**
   * A line.
   *
   * @param name   in the legend
   * @param colour as CSS has it
   * @param values by epoch, from 0; NaN where it has none
   */
  record Series(String name, String colour, double[] values) {

    boolean isEmpty() {
      for (double value : values) {
        if (!Double.isNaN(value)) {
          return false;
        }
      }
      return true;
    }
  }

  /** A figure; empty when no line has a number. */
  String html() {
    List<Series> drawn = series.stream().filter(line -> !line.isEmpty()).toList();
    if (drawn.isEmpty()) {
      return "";
    }
    int last = 0;
    double highest = 0;
    for (Series line : drawn) {
      last = Math.max(last, line.values().length - 1);
      for (double value : line.values()) {
        highest = Double.isNaN(value) ? highest : Math.max(highest, value);
      }
    }
    double step = step(highest <= 0 ? 1 : highest);
    double top = step * Math.max(1, Math.ceil(highest / step - 1e-9));
    StringBuilder html = new StringBuilder("<figure class=\"chart\"><figcaption>").append(Html.text(title))
        .append("</figcaption>\n<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT)
        .append("\" role=\"img\" aria-label=\"").append(Html.text(title)).append(" over the epochs\">\n");
    for (double y = 0; y <= top + step / 2; y += step) {
      html.append(number("<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" "
          + "text-anchor=\"end\">%s</text>\n",
          LEFT, y(y, top), WIDTH - RIGHT, LEFT - 6, y(y, top) + BASELINE, label(y)));
    }
    double epochs = Math.max(1, Math.ceil(step(Math.max(last, 1))));
    for (double x = 0; x <= last; x += epochs) {
      html.append(number("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n", x(x, last),
          HEIGHT - BOTTOM + 16, x));
    }
    html.append(number("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">epoch</text>\n", (LEFT + WIDTH - RIGHT) / 2,
        HEIGHT - 6));
    drawn.forEach(line -> html.append(path(line, top)));
    html.append("</svg>\n<p class=\"legend\">");
    drawn.forEach(line -> html.append("<span><i style=\"background:").append(line.colour()).append("\"></i>")
        .append(Html.text(line.name())).append("</span> "));
    return html.append("</p></figure>\n").toString();
  }

  private String path(Series line, double top) {
    int last = Math.max(0, series.stream().mapToInt(each -> each.values().length - 1).max().orElse(0));
    StringBuilder d = new StringBuilder();
    List<String> points = new ArrayList<>();
    boolean drawing = false;
    for (int epoch = 0; epoch < line.values().length; epoch++) {
      double value = line.values()[epoch];
      if (Double.isNaN(value)) {
        drawing = false;
        continue;
      }
      String at = number("%.1f %.1f", x(epoch, last), y(value, top));
      d.append(drawing ? "L" : "M").append(at);
      drawing = true;
      points.add(number("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>", x(epoch, last), y(value, top),
          line.colour()));
    }
    // few points are seen as such; a single one is no line
    return "<path class=\"line\" stroke=\"" + line.colour() + "\" d=\"" + d + "\"/>"
        + (points.size() <= WIDTH / 20 ? String.join("", points) : "") + "\n";
  }

  private static double x(double epoch, int last) {
    return LEFT + (last == 0 ? 0.5 : epoch / last) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double value, double top) {
    return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP);
  }

  /** 1, 2 or 5 times a power of ten, so that about {@value #TICKS} fit. */
  private static double step(double range) {
    double raw = range / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double share = raw / power;
    return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
  }

  /** Short: 0, 0.5, 2, 400, 1E-5. */
  private static String label(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).round(LABEL).stripTrailingZeros();
    String plain = rounded.toPlainString();
    return plain.length() <= LONGEST ? plain : rounded.toString();
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
