package io.qkformer.examples.report;

import io.qkformer.examples.report.TestPredictions.Prediction;
import io.qkformer.train.data.Sample;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Test images that were taken for something else, those that the model was surest of first. */
final class MistakesSection implements ReportSection {

  private static final int MOST = 36;
  private static final int MOST_PIXELS = 160;
  private static final int SHOWN = 96;

  @Override
  public String id() {
    return "mistakes";
  }

  @Override
  public String title() {
    return "Misclassified images";
  }

  @Override
  public Optional<String> html(ReportedRun run) throws IOException {
    List<Prediction> mistakes = run.predictions().mistakes();
    if (mistakes.isEmpty()) {
      return Optional.of("<p>None.</p>\n");
    }
    StringBuilder html = new StringBuilder(Html.number("<p>%d of %d test images; shown are the %d that the model was "
        + "surest of: true class \u2192 predicted class, and its probability.</p>%n<div class=\"images\">%n",
        mistakes.size(), run.predictions().all().size(), Math.min(MOST, mistakes.size())));
    for (Prediction mistake : mistakes.subList(0, Math.min(MOST, mistakes.size()))) {
      Sample sample = run.test().get(mistake.index());
      String label = Html.text(run.classNames().get(mistake.label()));
      html.append("<figure><img width=\"").append(SHOWN).append("\" height=\"").append(SHOWN).append("\" alt=\"")
          .append(label).append("\" title=\"").append(Html.text(sample.id())).append("\" src=\"")
          .append(Html.dataUri(Html.png(sample.image(), MOST_PIXELS))).append("\"><figcaption>").append(label)
          .append(" \u2192 ").append(Html.text(run.classNames().get(mistake.predicted())))
          .append(Html.number(" %.0f %%", 100 * mistake.probability())).append("</figcaption></figure>\n");
    }
    return Optional.of(html.append("</div>\n").toString());
  }
}
