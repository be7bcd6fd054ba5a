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
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The metrics of a training as a table, one line for each epoch: comma-separated, points in numbers, six
 * significant digits, nothing where a value was not measured. Each change replaces the whole file by a
 * finished one, so that it is never half written.
 */
public final class MetricsCsv {

  private static final String HEADER = "epoch,lr,train_loss,train_top1,test_loss,test_top1,test_top5,"
      + "images_per_s,seconds";
  private static final int COLUMNS = HEADER.split(",").length;
  private static final MathContext DIGITS = new MathContext(6);

  private final Path file;

  /** A table that lies in this file, or will. */
  public MetricsCsv(Path file) {
    this.file = Objects.requireNonNull(file, "file");
  }

  /**
   * Adds a line.
   *
   * @throws IllegalArgumentException when the table already holds this epoch or a later one; {@link #rewind}
   *     first if the training goes back
   * @throws IOException if the file is no such table or cannot be written; it then stays as it was
   */
  public void append(EpochMetrics metrics) throws IOException {
    List<EpochMetrics> rows = read();
    int last = rows.isEmpty() ? -1 : rows.get(rows.size() - 1).epoch();
    if (metrics.epoch() <= last) {
      throw new IllegalArgumentException("epoch must be above " + last + ", the last in " + file + ", got "
          + metrics.epoch() + "; rewind the table or choose another file");
    }
    rows.add(metrics);
    write(rows);
  }

  /**
   * Drops the lines from an epoch on, which a training resumed from a checkpoint will run again.
   *
   * @param epoch the first that is dropped
   * @throws IOException if the file is no such table or cannot be written; it then stays as it was
   */
  public void rewind(int epoch) throws IOException {
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
    String text = rows.stream().map(MetricsCsv::format)
        .collect(Collectors.joining("\n", HEADER + "\n", "\n"));
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String format(EpochMetrics row) {
    DoubleStream values = DoubleStream.of(row.learningRate(), row.trainLoss(), row.trainTop1(),
        row.testLoss(), row.testTop1(), row.testTop5(), row.imagesPerSecond(), row.seconds());
    return values.mapToObj(MetricsCsv::format).collect(Collectors.joining(",", row.epoch() + ",", ""));
  }

  private static String format(double value) {
    return Double.isNaN(value) ? ""
        : BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }

  private static EpochMetrics parse(String line) {
    String[] fields = line.split(",", -1);
    if (fields.length != COLUMNS) {
      throw new IllegalArgumentException("expected " + COLUMNS + " fields, got " + fields.length);
    }
    double[] v = new double[COLUMNS];
    for (int i = 1; i < COLUMNS; i++) {
      v[i] = fields[i].isEmpty() ? Double.NaN : Double.parseDouble(fields[i]);
    }
    return new EpochMetrics(Integer.parseInt(fields[0]), v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]);
  }
}
