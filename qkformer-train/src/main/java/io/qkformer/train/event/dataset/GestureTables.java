package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Split;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the lists of trials and the label tables of DVS128 Gesture. */
final class GestureTables {
  static final int CLASSES = 11;

  private static final String HEADER = "class,startTime_usec,endTime_usec";
  private static final Pattern TRIAL = Pattern.compile("[A-Za-z0-9_.-]+\\.aedat");
  private static final Pattern ROW =
      Pattern.compile("\\s*([0-9]{1,9})\\s*,\\s*([0-9]{1,18})\\s*,\\s*([0-9]{1,18})\\s*");
  private static final int MOST_BYTES = 1 << 22;

  private GestureTables() { }

  /** The samples of a split in the order of the list and of its tables. */
  static List<GestureSample> read(Path folder, Split split) throws IOException {
    Path list = folder.resolve("trials_to_" + split.folder() + ".txt");
    List<GestureSample> samples = new ArrayList<>();
    for (String line : lines(list)) {
      String trial = line.strip();
      if (trial.isEmpty()) {
        continue;
      }
      if (!TRIAL.matcher(trial).matches()) {
        throw new DatasetException(list + ": expected names of .aedat files, got \"" + trial + "\"");
      }
      addRows(folder.resolve(trial), list, split, samples);
    }
    return samples;
  }

  private static void addRows(Path recording, Path list, Split split, List<GestureSample> samples) throws IOException {
    if (!Files.isRegularFile(recording)) {
      throw new DatasetException(recording + ": expected this recording, which " + list.getFileName()
          + " names; found none");
    }
    String name = recording.getFileName().toString();
    Path table = recording.resolveSibling(name.substring(0, name.length() - ".aedat".length()) + "_labels.csv");
    List<String> lines = lines(table);
    if (lines.isEmpty() || !lines.get(0).strip().equals(HEADER)) {
      throw new DatasetException(table + ", line 1: expected " + HEADER + ", got "
          + (lines.isEmpty() ? "an empty file" : "\"" + lines.get(0) + "\""));
    }
    int[] counts = new int[CLASSES];
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        samples.add(row(lines.get(i), table + ", line " + (i + 1), recording, split, counts));
      }
    }
  }

  private static GestureSample row(String line, String where, Path recording, Split split, int[] counts)
      throws DatasetException {
    Matcher row = ROW.matcher(line);
    if (!row.matches()) {
      throw new DatasetException(where + ": expected " + HEADER + " as whole numbers, got \"" + line + "\"");
    }
    int gesture = Integer.parseInt(row.group(1));
    if (gesture < 1 || gesture > CLASSES) {
      throw new DatasetException(where + ": expected a class from 1 to " + CLASSES + ", got " + gesture);
    }
    int label = gesture - 1;
    return new GestureSample(split, label, recording, counts[label]++, Long.parseLong(row.group(2)),
        Long.parseLong(row.group(3)));
  }

  private static List<String> lines(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new DatasetException(file + ": expected this file of DVS128 Gesture, found none");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new DatasetException(file + ": expected at most " + MOST_BYTES + " bytes, got " + Files.size(file));
    }
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (MalformedInputException e) {
      throw new DatasetException(file + ": expected text in UTF-8, got something else", e);
    }
  }
}
