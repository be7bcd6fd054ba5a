package io.qkformer.examples.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which classes are taken for which: a table, or a picture where there are many. */
final class ConfusionSection implements ReportSection {

  private static final int MOST_IN_A_TABLE = 20;
  private static final int MOST_PAIRS = 10;
  private static final int WHITE = 255;
  /** Where the cells' blue is dark enough for white digits. */
  private static final double DARK = 0.55;

  @Override
  public String id() {
    return "confusion";
  }

  @Override
  public String title() {
    return "Confusion matrix";
  }

  /** A class that was taken for another one. */
  private record Pair(int label, int predicted, int count, int all) {
  }

  @Override
  public Optional<String> html(ReportedRun run) throws IOException {
    int[][] confusion = run.predictions().confusion();
    List<String> names = run.classNames();
    String matrix = names.size() <= MOST_IN_A_TABLE ? table(confusion, names)
        : "<img class=\"matrix\" alt=\"confusion matrix of " + names.size() + " classes: rows are the true ones\" src=\""
            + Html.dataUri(picture(confusion)) + "\">\n";
    StringBuilder pairs = new StringBuilder();
    for (Pair pair : pairs(confusion)) {
      pairs.append("<tr><td>").append(Html.text(names.get(pair.label()))).append("</td><td>")
          .append(Html.text(names.get(pair.predicted()))).append("</td><td>").append(pair.count()).append("</td><td>")
          .append(Html.number("%.1f %%", 100.0 * pair.count() / pair.all())).append("</td></tr>\n");
    }
    return Optional.of("<p>Rows are the true classes, columns what was predicted; the darker, the larger a share of the "
        + "row.</p>\n" + matrix + (pairs.isEmpty() ? "" : "<h3>Taken for another most often</h3>\n<table><thead><tr><th>"
        + "class</th><th>taken for</th><th>" + run.word().many() + "</th><th>of the class</th></tr></thead><tbody>\n" + pairs
        + "</tbody></table>\n"));
  }

  private static List<Pair> pairs(int[][] confusion) {
    List<Pair> pairs = new ArrayList<>();
    for (int label = 0; label < confusion.length; label++) {
      int all = Arrays.stream(confusion[label]).sum();
      for (int predicted = 0; predicted < confusion.length; predicted++) {
        if (label != predicted && confusion[label][predicted] > 0) {
          pairs.add(new Pair(label, predicted, confusion[label][predicted], all));
        }
      }
    }
    pairs.sort(Comparator.comparingInt(Pair::count).reversed());
    return pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()));
  }

  private static String table(int[][] confusion, List<String> names) {
    StringBuilder html = new StringBuilder("<div class=\"wide\"><table class=\"confusion\"><thead><tr><th></th>");
    names.forEach(name -> html.append("<th><span>").append(Html.text(name)).append("</span></th>"));
    html.append("</tr></thead><tbody>\n");
    for (int label = 0; label < confusion.length; label++) {
      int all = Arrays.stream(confusion[label]).sum();
      html.append("<tr><th>").append(Html.text(names.get(label))).append("</th>");
      for (int predicted = 0; predicted < confusion.length; predicted++) {
        int count = confusion[label][predicted];
        double share = all == 0 ? 0 : (double) count / all;
        html.append(Html.number("<td style=\"background:rgba(0,114,178,%.3f)%s\">%s</td>", share,
            share > DARK ? ";color:#fff" : "", count == 0 ? "" : String.valueOf(count)));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  /** A pixel for each pair of classes. */
  private static byte[] picture(int[][] confusion) throws IOException {
    BufferedImage picture = new BufferedImage(confusion.length, confusion.length, BufferedImage.TYPE_INT_RGB);
    for (int label = 0; label < confusion.length; label++) {
      int all = Math.max(1, Arrays.stream(confusion[label]).sum());
      for (int predicted = 0; predicted < confusion.length; predicted++) {
        // the square root shows rare confusions, too
        double share = Math.sqrt((double) confusion[label][predicted] / all);
        int red = (int) (WHITE * (1 - share));
        int green = (int) (WHITE - (WHITE - 114) * share);
        int blue = (int) (WHITE - (WHITE - 178) * share);
        picture.setRGB(predicted, label, red << 16 | green << 8 | blue);
      }
    }
    return Html.png(picture);
  }
}
