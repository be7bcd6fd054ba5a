package io.qkformer.examples.study;

import io.qkformer.model.QKFormer;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.run.ClassNames;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a variant's runs that have finished came to.
 *
 * @param variant    the row
 * @param runs       those that have finished, in the order of the seeds
 * @param results    of each run, its last epoch
 * @param best       of each run, the best epoch's top-1 accuracy in percent
 * @param seconds    of each run, all of its epochs together
 * @param parameters of the model; 0 when no run has finished
 */
record StudyRow(Variant variant, List<StudyRun> runs, List<EpochMetrics> results, List<Double> best,
    List<Double> seconds, long parameters) {

  /**
   * Reads the run folders.
   *
   * @param runs of one variant
   * @throws IOException when one cannot be read
   */
  static StudyRow of(Variant variant, List<StudyRun> runs) throws IOException {
    List<StudyRun> finished = new ArrayList<>();
    List<EpochMetrics> results = new ArrayList<>();
    List<Double> best = new ArrayList<>();
    List<Double> seconds = new ArrayList<>();
    long parameters = 0;
    for (StudyRun run : runs) {
      if (run.state() == StudyRun.State.FINISHED) {
        List<EpochMetrics> rows = run.rows();
        finished.add(run);
        results.add(rows.get(rows.size() - 1));
        best.add(rows.stream().mapToDouble(EpochMetrics::rankedTop1).max().orElseThrow());
        seconds.add(rows.stream().mapToDouble(EpochMetrics::seconds).sum());
        parameters = parameters == 0 ? parameters(run) : parameters;
      }
    }
    return new StudyRow(variant, finished, results, best, seconds, parameters);
  }

  private static long parameters(StudyRun run) throws IOException {
    int classes = ClassNames.of(run.folder().resolve(RunFiles.WEIGHTS_LAST)).map(List::size)
        .orElseThrow(() -> new IOException(run.folder().resolve(RunFiles.WEIGHTS_LAST) + " names no classes"));
    return new QKFormer(run.recipe().model().config(classes), 0).parameterCount();
  }

  /** Top-1 accuracies after the last epoch. */
  Spread last() {
    return Spread.of(results.stream().map(EpochMetrics::rankedTop1).toList());
  }

  /** Top-1 accuracies of the best epochs. */
  Spread ofBest() {
    return Spread.of(best);
  }
}
