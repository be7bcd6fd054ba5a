package io.qkformer.examples.report;

import io.qkformer.examples.report.SvgLines.Series;
import io.qkformer.train.report.EpochMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The epochs' losses, accuracies, learning rates, firing rates and speed. */
final class CurvesSection implements ReportSection {

  // Okabe and Ito's colours, told apart by the colour-blind too
  private static final String TRAIN = "#0072B2";
  private static final String TEST = "#D55E00";
  private static final String TOP5 = "#009E73";
  private static final String AVERAGED = "#CC79A7";

  @Override
  public String id() {
    return "curves";
  }

  @Override
  public String title() {
    return "Learning curves";
  }

  @Override
  public Optional<String> html(ReportedRun run) {
    List<EpochMetrics> rows = run.epochs();
    return Optional.of("<div class=\"charts\">\n"
        + new SvgLines("Loss", List.of(
            series("train", TRAIN, rows, EpochMetrics::trainLoss),
            series("test", TEST, rows, row -> row.eval().loss()),
            series("test, averaged weights", AVERAGED, rows, row -> row.emaEval().loss()))).html()
        + new SvgLines("Accuracy (%)", List.of(
            series("train top-1", TRAIN, rows, EpochMetrics::trainTop1),
            series("test top-1", TEST, rows, row -> row.eval().top1()),
            series("test top-5", TOP5, rows, row -> row.eval().top5()),
            series("test top-1, averaged weights", AVERAGED, rows, row -> row.emaEval().top1()))).html()
        + new SvgLines("Learning rate", List.of(series("learning rate", TRAIN, rows, EpochMetrics::learningRate))).html()
        + new SvgLines("Firing rate, mean over the layers (%)", List.of(
            series("test", TEST, rows, row -> 100 * row.firingRate()))).html()
        + new SvgLines("Training " + run.word().many() + " per second", List.of(
            series(run.word().many() + "/s", TRAIN, rows, EpochMetrics::imagesPerSecond))).html()
        + "</div>\n");
  }

  private static Series series(String name, String colour, List<EpochMetrics> rows,
      ToDoubleFunction<EpochMetrics> value) {
    double[] values = new double[rows.get(rows.size() - 1).epoch() + 1];
    Arrays.fill(values, Double.NaN);
    rows.forEach(row -> values[row.epoch()] = value.applyAsDouble(row));
    return new Series(name, colour, values);
  }
}
