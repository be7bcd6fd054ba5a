package io.qkformer.train.run;

import io.qkformer.train.report.EpochMetrics;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a training came to.
 *
 * @param outcome how it ended
 * @param last    the metrics of the last epoch that ended, if one did
 * @param best    those of the best epoch, by {@link EpochMetrics#rankedTop1}, of equal ones the earliest
 */
public record RunResult(Outcome outcome, Optional<EpochMetrics> last, Optional<EpochMetrics> best) {

  /** How a training ended. */
  public enum Outcome {
    /** All epochs are done. */
    FINISHED,
    /** It was asked to stop, and can be resumed. */
    STOPPED
  }

  static RunResult of(RunFolder folder, Outcome outcome) throws IOException {
    List<EpochMetrics> rows = folder.summary().read();
    return new RunResult(outcome,
        rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(rows.size() - 1)),
        rows.stream().filter(row -> !Double.isNaN(row.rankedTop1())).max(
            Comparator.comparingDouble(EpochMetrics::rankedTop1)
                .thenComparing(Comparator.comparingInt(EpochMetrics::epoch).reversed())));
  }
}
