package io.qkformer.train.report;

import io.qkformer.checkpoint.AtomicFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The metrics of a training as timm's summary.csv: one line for each epoch, comma-separated, points in numbers, six
 * significant digits, nothing where a value was not measured. The columns have timm's names where timm has them. Each
 * change replaces the whole file by a finished one, so that it is never half written.
 */
public final class SummaryCsv {

  /** The columns behind that of the epoch. */
  static final List<Column> COLUMNS = List.of(
      new Column("train_loss", EpochMetrics::trainLoss),
      new Column("train_top1", EpochMetrics::trainTop1),
      new Column("eval_loss", row -> row.eval().loss()),
      new Column("eval_top1", row -> row.eval().top1()),
      new Column("eval_top5", row -> row.eval().top5()),
      new Column("lr", EpochMetrics::learningRate),
      new Column("images_per_second", EpochMetrics::imagesPerSecond),
      new Column("resident_mb", EpochMetrics::residentMb),
      new Column("firing_rate", EpochMetrics::firingRate),
      new Column("seconds", EpochMetrics::seconds),
      new Column("eval_loss_ema", row -> row.emaEval().loss()),
      new Column("eval_top1_ema", row -> row.emaEval().top1()),
      new Column("eval_top5_ema", row -> row.emaEval().top5()));

  private static final String HEADER =
      COLUMNS.stream().map(Column::name).collect(Collectors.joining(",", "epoch,", ""));
  private static final MathContext DIGITS = new MathContext(6);

  /** A column and where its value comes from. */
  record Column(String name, ToDoubleFunction<EpochMetrics> value) {
  }

  private final Path file;

  /** A table that lies in this file, or will. */
  public SummaryCsv(Path file) {
    this.file = Objects.requireNonNull(file, "file");
  }

  /**
   * Adds a line.
   *
   * @throws IllegalArgumentException when the table already holds this epoch or a later one; {@link
   *     #truncateTo} first if the training goes back
   * @throws IOException if the file is no such table or cannot be written; it then stays as it was
   */
  public void append(EpochMetrics metrics) throws IOException {
    List<EpochMetrics> rows = read();
    int last = rows.isEmpty() ? -1 : rows.get(rows.size() - 1).epoch();
    if (metrics.epoch() <= last) {
      throw new IllegalArgumentException("epoch must be above " + last + ", the last in " + file + ", got "
          + metrics.epoch() + "; truncate the table or choose another file");
    }
    rows.add(metrics);
    write(rows);
  }

  /**
   * Keeps the lines of the epochs before this one, which a training that was resumed will run again.
   *
   * @param epoch in which the training goes on
   * @throws IOException if the file is no such table or cannot be written; it then stays as it was
   */
  public void truncateTo(int epoch) throws IOException {
    List<EpochMetrics> rows = read();
    if (rows.removeIf(row -> row.epoch() >= epoch)) {
      write(rows);
    }
  }

  /**
   * All lines, to the digits that were written; none when there is no file yet.
   *
   * @throws IOException if the file cannot be read or is no such table, naming the line
   */
  public List<EpochMetrics> read() throws IOException {
    List<EpochMetrics> rows = new ArrayList<>();
    if (Files.notExists(file)) {
      return rows;
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IOException(file + " is no table of metrics: expected its first line to be " + HEADER
          + ", got " + (lines.isEmpty() ? "nothing" : lines.get(0)) + "; move it away");
    }
    for (int i = 1; i < lines.size(); i++) {
      try {
        rows.add(parse(lines.get(i)));
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ", line " + (i + 1) + ": " + e.getMessage()
            + "; correct or remove the line", e);
      }
    }
    return rows;
  }

  private void write(List<EpochMetrics> rows) throws IOException {
    String text = rows.stream().map(row -> format(row) + "\n").collect(Collectors.joining("", HEADER + "\n", ""));
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String format(EpochMetrics row) {
    return COLUMNS.stream().map(column -> format(column.value().applyAsDouble(row)))
        .collect(Collectors.joining(",", row.epoch() + ",", ""));
  }

  private static String format(double value) {
    return Double.isNaN(value) ? ""
        : BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }

  private static EpochMetrics parse(String line) {
    String[] fields = line.split(",", -1);
    if (fields.length != COLUMNS.size() + 1) {
      throw new IllegalArgumentException("expected " + (COLUMNS.size() + 1) + " fields, got " + fields.length);
    }
    double[] v = new double[fields.length];
    for (int i = 1; i < fields.length; i++) {
      v[i] = fields[i].isEmpty() ? Double.NaN : Double.parseDouble(fields[i]);
    }
    return new EpochMetrics(Integer.parseInt(fields[0]), v[6], v[1], v[2], new EvaluationMetrics(v[3], v[4], v[5]),
        new EvaluationMetrics(v[11], v[12], v[13]), v[7], v[8], v[9], v[10]);
  }
}
