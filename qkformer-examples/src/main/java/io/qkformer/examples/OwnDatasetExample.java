package io.qkformer.examples;

import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.DecodeLimit;
import io.qkformer.train.data.Fingerprint;
import io.qkformer.train.data.ImageDecoder;
import io.qkformer.train.data.Sample;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.report.Progress;
import io.qkformer.train.run.OwnData;
import io.qkformer.train.run.RunFiles;
import io.qkformer.train.run.RunResult;
import io.qkformer.train.run.TrainingRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A data set of one's own: images named in a CSV file with the columns {@code path,label}, paths relative to the file.
 * It is immutable and reads a file for each sample, so that many threads may use it at once.
 *
 * <pre>
 * path,label
 * photos/0001.jpg,cat
 * photos/0002.png,dog
 * </pre>
 */
public final class OwnDatasetExample implements Dataset {
  private static final String HEADER = "path,label";

  private final Path csv;
  private final List<Row> rows;
  private final List<String> classNames;
  private final ImageDecoder decoder = new ImageDecoder(DecodeLimit.DEFAULT);

  private record Row(String path, String label) { }

  private OwnDatasetExample(Path csv, List<Row> rows) {
    this.csv = csv;
    this.rows = rows;
    // a label is a name's place here: sorted, so that it does not depend on the order of the rows
    this.classNames = rows.stream().map(Row::label).distinct().sorted().toList();
  }

  /**
   * Reads the list; images are read when they are asked for.
   *
   * @throws DatasetException if the file has no header, no rows, or a row without path or label
   * @throws IOException if it cannot be read
   */
  public static OwnDatasetExample open(Path csv) throws IOException {
    List<String> lines = Files.readAllLines(csv, StandardCharsets.UTF_8);
    if (lines.isEmpty() || !lines.get(0).strip().equals(HEADER)) {
      throw new DatasetException(csv + ": expected the first line '" + HEADER + "', got "
          + (lines.isEmpty() ? "an empty file" : "'" + lines.get(0) + "'"));
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      int comma = line.lastIndexOf(',');
      if (!line.isEmpty() && (comma < 1 || comma == line.length() - 1)) {
        throw new DatasetException(csv + ", line " + (i + 1) + ": expected 'path,label', got '" + line + "'");
      }
      if (!line.isEmpty()) {
        rows.add(new Row(line.substring(0, comma).strip(), line.substring(comma + 1).strip()));
      }
    }
    if (rows.isEmpty()) {
      throw new DatasetException(csv + ": expected images after the first line, got none");
    }
    return new OwnDatasetExample(csv, List.copyOf(rows));
  }

  @Override
  public String name() {
    return csv.getFileName().toString();
  }

  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public Sample get(int index) throws IOException {
    Row row = rows.get(Objects.checkIndex(index, rows.size()));
    byte[] file = Files.readAllBytes(csv.resolveSibling(row.path()));
    return new Sample(row.path(), classNames.indexOf(row.label()), decoder.decode(file, row.path()));
  }

  /** The inherited one decodes every image; the list and the sizes of the files are quicker and nearly as good. */
  @Override
  public String fingerprint() throws IOException {
    Fingerprint fingerprint = new Fingerprint();
    for (Row row : rows) {
      fingerprint.text(row.path()).text(row.label()).number(Files.size(csv.resolveSibling(row.path())));
    }
    return fingerprint.hex();
  }

  /**
   * Trains on own data, or goes on where the folder holds a run that was stopped.
   *
   * @param folder of the run: new, empty, or that of a run with the same data
   * @throws IOException if images cannot be read, the data is not what the run began with, or a file cannot be written
   */
  public static RunResult train(Recipe recipe, OwnData data, Path folder) throws IOException {
    try (TrainingRun run = Files.exists(folder.resolve(RunFiles.RECIPE))
        ? TrainingRun.resume(folder, data, List.of(), List.of())
        : TrainingRun.start(recipe, data, folder, List.of())) {
      return run.train(Progress.silent());
    }
  }
}
