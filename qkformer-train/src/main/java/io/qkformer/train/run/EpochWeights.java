package io.qkformer.train.run;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.checkpoint.CheckpointFormatException;
import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.train.report.EpochMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights that a run offers to users: the last, the best, and those of the k best epochs. Which these are follows
 * from summary.csv alone, so a resumed run comes to the same.
 */
final class EpochWeights {

  static final String EPOCH = "epoch";
  static final String TOP1 = "top1";
  private static final Logger LOG = LoggerFactory.getLogger(EpochWeights.class);
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{4,9})-top1-\\d{1,3}\\.\\d\\d\\.safetensors");
  private static final Comparator<EpochMetrics> BEST_FIRST = Comparator.comparingDouble(EpochMetrics::rankedTop1)
      .reversed().thenComparingInt(EpochMetrics::epoch);

  private final Path folder;
  private final int kept;

  EpochWeights(Path folder, int kept) {
    if (kept < 1) {
      throw new IllegalArgumentException("keptBest must be at least 1, got " + kept);
    }
    this.folder = folder;
    this.kept = kept;
  }

  /**
   * An epoch is over.
   *
   * @param rows    of summary.csv, the epoch's is the last
   * @param weights after it
   */
  void epochEnded(List<EpochMetrics> rows, StateDict weights, Map<String, String> metadata) throws IOException {
    EpochMetrics now = rows.get(rows.size() - 1);
    Map<String, String> described = describe(now, metadata);
    SafeTensors.write(folder.resolve(RunFiles.WEIGHTS_LAST), weights, described);
    List<EpochMetrics> ranking = rows.stream().filter(row -> !Double.isNaN(row.rankedTop1())).sorted(BEST_FIRST)
        .limit(kept).toList();
    if (ranking.isEmpty()) {
      return;
    }
    Path best = folder.resolve(RunFiles.BEST);
    if (!Files.isDirectory(best)) {
      Files.createDirectory(best);
    }
    if (ranking.contains(now)) {
      SafeTensors.write(best.resolve(name(now)), weights, described);
    }
    if (ranking.get(0).equals(now)) {
      SafeTensors.write(folder.resolve(RunFiles.WEIGHTS_BEST), weights, described);
    } else {
      restoreBest(ranking.get(0), best);
    }
    deleteOthers(best, ranking, now.epoch());
  }

  private static Map<String, String> describe(EpochMetrics row, Map<String, String> metadata) {
    Map<String, String> described = new HashMap<>(metadata);
    described.put(EPOCH, Integer.toString(row.epoch()));
    if (!Double.isNaN(row.rankedTop1())) {
      described.put(TOP1, Double.toString(row.rankedTop1()));
    }
    // without it Python's transformers refuses the file
    described.put("format", "pt");
    return described;
  }

  private static String name(EpochMetrics row) {
    return String.format(Locale.ROOT, "epoch-%04d-top1-%.2f.safetensors", row.epoch(), row.rankedTop1());
  }

  /** A run that went back may have left the best weights of an epoch that never was, in the table's sense. */
  private void restoreBest(EpochMetrics row, Path best) throws IOException {
    Path target = folder.resolve(RunFiles.WEIGHTS_BEST);
    if (Integer.toString(row.epoch()).equals(epochOf(target))) {
      return;
    }
    Path source = best.resolve(name(row));
    if (Files.exists(source)) {
      AtomicFile.write(target, out -> Files.copy(source, out));
    } else {
      LOG.warn("{} is not of epoch {}, the best so far: its weights gave way to a later epoch's before the run was "
          + "resumed", target, row.epoch());
    }
  }

  private static String epochOf(Path weights) throws IOException {
    try {
      return Files.exists(weights) ? SafeTensors.readMetadata(weights).get(EPOCH) : null;
    } catch (CheckpointFormatException e) {
      LOG.warn("{}", e.getMessage());
      return null;
    }
  }

  /**
   * Deletes weights that are not among the best any more. Those of later epochs stay: they are of a run that was
   * resumed further back, and are replaced when it comes there again.
   */
  private static void deleteOthers(Path best, List<EpochMetrics> ranking, int epoch) throws IOException {
    Set<String> wanted = ranking.stream().map(EpochWeights::name).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(best)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && Integer.parseInt(name.group(1)) <= epoch && !wanted.contains(name.group())) {
          Files.delete(file);
        }
      }
    }
  }
}
