package io.qkformer.examples.study;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.train.report.EpochMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What a study's finished runs came to, beside the paper's numbers.
 *
 * @param study what was asked
 * @param rows  of its variants
 */
public record StudyTable(Study study, List<StudyRow> rows) {

  private static final double MILLION = 1e6;

  /** Copies the rows. */
  public StudyTable {
    rows = List.copyOf(rows);
  }

  /**
   * Reads the run folders.
   *
   * @throws IOException when one cannot be read
   */
  public static StudyTable of(Study study, List<StudyRun> runs) throws IOException {
    List<StudyRow> rows = new ArrayList<>();
    for (Variant variant : study.variants()) {
      rows.add(StudyRow.of(variant, runs.stream().filter(run -> run.variant().equals(variant)).toList()));
    }
    return new StudyTable(study, rows);
  }

  /** How many runs have finished. */
  public int finished() {
    return rows.stream().mapToInt(row -> row.runs().size()).sum();
  }

  /** A table in Markdown, under a line with the title. */
  public String markdown() {
    StringBuilder text = new StringBuilder(study.title()).append("\n\n| variant | parameters (M) | seeds "
        + "| top-1, last epoch (%) | top-1, best epoch (%) |");
    study.paper().forEach(column -> text.append(" paper, ").append(column).append(" (%) |"));
    text.append("\n|---|---|---|---|---|").append("---|".repeat(study.paper().size())).append('\n');
    for (StudyRow row : rows) {
      text.append(String.format(Locale.ROOT, "| %s | %s | %d | %s | %s |", row.variant().name().replace("|", "\\|"),
          row.runs().isEmpty() ? "-" : String.format(Locale.ROOT, "%.3f", row.parameters() / MILLION),
          row.runs().size(), row.last().text(), row.ofBest().text()));
      row.variant().paper().forEach(paper -> text.append(paper.isPresent()
          ? String.format(Locale.ROOT, " %.2f |", paper.getAsDouble()) : " - |"));
      text.append('\n');
    }
    return text.toString();
  }

  /** A line for each variant. */
  String csv() {
    StringBuilder csv = new StringBuilder(
        "variant,parameters,seeds,top1_last_mean,top1_last_sd,top1_best_mean,top1_best_sd,seconds_mean");
    study.paper().forEach(column -> csv.append(',').append(quoted("paper " + column)));
    csv.append('\n');
    for (StudyRow row : rows) {
      csv.append(quoted(row.variant().name())).append(',').append(row.parameters()).append(',')
          .append(row.runs().size());
      Spread last = row.last();
      Spread best = row.ofBest();
      for (double value : new double[] {last.mean(), last.deviation(), best.mean(), best.deviation(),
          Spread.of(row.seconds()).mean()}) {
        csv.append(',').append(number(value));
      }
      row.variant().paper().forEach(paper -> csv.append(',').append(number(orNaN(paper))));
      csv.append('\n');
    }
    return csv.toString();
  }

  /** A line for each run that has finished. */
  String runsCsv() {
    StringBuilder csv = new StringBuilder(
        "variant,seed,top1_last,top1_best,loss_last,train_loss_last,firing_rate,seconds,folder\n");
    for (StudyRow row : rows) {
      for (int i = 0; i < row.runs().size(); i++) {
        EpochMetrics last = row.results().get(i);
        csv.append(quoted(row.variant().name())).append(',').append(row.runs().get(i).seed());
        for (double value : new double[] {last.rankedTop1(), row.best().get(i), last.eval().loss(), last.trainLoss(),
            last.firingRate(), row.seconds().get(i)}) {
          csv.append(',').append(number(value));
        }
        csv.append(',').append(quoted(row.runs().get(i).folder().toString())).append('\n');
      }
    }
    return csv.toString();
  }

  /**
   * Writes the table as Markdown and CSV, each run's numbers as CSV, and the chart.
   *
   * @return the files
   * @throws IOException when one cannot be written, or this Java cannot draw text because the system has no fonts
   */
  public List<Path> write(Path out) throws IOException {
    Files.createDirectories(out);
    List<Path> files = new ArrayList<>();
    files.add(write(out.resolve(study.id() + ".md"), markdown().getBytes(StandardCharsets.UTF_8)));
    files.add(write(out.resolve(study.id() + ".csv"), csv().getBytes(StandardCharsets.UTF_8)));
    files.add(write(out.resolve(study.id() + "-runs.csv"), runsCsv().getBytes(StandardCharsets.UTF_8)));
    if (finished() > 0) {
      files.add(write(out.resolve(study.id() + ".png"), StudyChart.png(this)));
    }
    return files;
  }

  private static Path write(Path file, byte[] bytes) throws IOException {
    AtomicFile.write(file, out -> out.write(bytes));
    return file;
  }

  private static double orNaN(OptionalDouble value) {
    return value.orElse(Double.NaN);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6g", value);
  }

  private static String quoted(String text) {
    return text.contains(",") || text.contains("\"") || text.contains("\n")
        ? text.lines().collect(Collectors.joining(" ")).replace("\"", "\"\"").transform(t -> "\"" + t + "\"") : text;
  }
}
