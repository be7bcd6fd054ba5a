package io.qkformer.examples.report;

import io.qkformer.examples.picture.SampleWord;
import io.qkformer.examples.picture.ShownSample;
import io.qkformer.examples.report.TestPredictions.Prediction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Test images or clips that were taken for something else, those that the model was surest of first. */
final class MistakesSection implements ReportSection {

  private static final int MOST = 36;
  private static final int MOST_PIXELS = 160;
  private static final int SHOWN = 96;
  /** Of all frames of a clip together. */
  private static final int MOST_PIXELS_OF_A_CLIP = 640;
  private static final int FRAMES_ABREAST = 8;

  @Override
  public String id() {
    return "mistakes";
  }

  @Override
  public String title() {
    return "Misclassified samples";
  }

  @Override
  public Optional<String> html(ReportedRun run) throws IOException {
    List<Prediction> mistakes = run.predictions().mistakes();
    if (mistakes.isEmpty()) {
      return Optional.of("<p>None.</p>\n");
    }
    StringBuilder html = new StringBuilder(Html.number("<p>%d of %d test %s; shown are the %d that the model was "
        + "surest of: true class \u2192 predicted class, and its probability.%s</p>%n<div class=\"%s\">%n",
        mistakes.size(), run.predictions().all().size(), run.word().many(), Math.min(MOST, mistakes.size()), note(run.word()),
        run.word().many()));
    for (Prediction mistake : mistakes.subList(0, Math.min(MOST, mistakes.size()))) {
      ShownSample sample = ShownSample.stored(run.test(), mistake.index());
      String label = Html.text(run.classNames().get(mistake.label()));
      html.append("<figure><img ").append(size(run.word())).append(" alt=\"").append(label)
          .append("\" title=\"").append(Html.text(sample.id())).append("\" src=\"")
          .append(Html.dataUri(png(sample))).append("\"><figcaption>").append(label)
          .append(" \u2192 ").append(Html.text(run.classNames().get(mistake.predicted())))
          .append(Html.number(" %.0f %%", 100 * mistake.probability())).append("</figcaption></figure>\n");
    }
    return Optional.of(html.append("</div>\n").toString());
  }

  private static String note(SampleWord word) {
    return switch (word) {
      case IMAGE -> "";
      case CLIP -> " A clip's frames stand in the order of reading; ON events are red, OFF events blue.";
    };
  }

  /** A clip is as wide as its place on the page, which the style says. */
  private static String size(SampleWord word) {
    return switch (word) {
      case IMAGE -> "width=\"" + SHOWN + "\" height=\"" + SHOWN + "\"";
      case CLIP -> "class=\"frames\"";
    };
  }

  private static byte[] png(ShownSample sample) throws IOException {
    return Html.png(sample.sheet(FRAMES_ABREAST), sample.isMoving() ? MOST_PIXELS_OF_A_CLIP : MOST_PIXELS);
  }
}
