package io.qkformer.examples.study;

import io.qkformer.train.optimize.NonFiniteException;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import io.qkformer.train.run.RunResult;
import io.qkformer.train.run.TrainingRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Trains the runs of a study that have not finished, one after another: new ones, and stopped ones to the end. */
public final class StudyRunner {

  private final Progress progress;
  private final Consumer<String> lines;
  private final List<String> command;
  private final List<StudyRun> diverged = new ArrayList<>();
  private volatile boolean stopRequested;
  private volatile TrainingRun running;

  /** What a study came to. */
  public enum Outcome {
    /** All runs have finished. */
    FINISHED,
    /** It was asked to stop; each run can be resumed. */
    STOPPED,
    /** All other runs have finished, but some diverged. */
    DIVERGED
  }

  /**
   * A runner.
   *
   * @param progress is told of each run's work, with the run's place in the study before its name
   * @param lines    is told of the study as a whole, a line for each run
   * @param command  the words of the command line, for the records
   */
  public StudyRunner(Progress progress, Consumer<String> lines, List<String> command) {
    this.progress = progress;
    this.lines = lines;
    this.command = List.copyOf(command);
  }

  /** Asks for an end after the step that the training is at, from any thread. It saves a checkpoint then. */
  public void requestStop() {
    stopRequested = true;
    TrainingRun run = running;
    if (run != null) {
      run.requestStop();
    }
  }

  /**
   * Trains what is left. A run that diverges does not keep the others from being trained.
   *
   * @throws IOException when data cannot be read, a file cannot be written, a folder holds another run, or another
   *                     process works in it
   */
  public Outcome run(List<StudyRun> runs) throws IOException {
    List<StudyRun> left = new ArrayList<>();
    int started = 0;
    for (StudyRun run : runs) {
      // all are looked at first: another study's folder shall be known before hours have passed
      StudyRun.State state = run.state();
      started += state == StudyRun.State.STARTED ? 1 : 0;
      if (state != StudyRun.State.FINISHED) {
        left.add(run);
      }
    }
    int finished = runs.size() - left.size();
    lines.accept(String.format(Locale.ROOT, "%d runs: %d finished, %d to go on with, %d new", runs.size(), finished,
        started, left.size() - started));
    long start = System.nanoTime();
    for (int i = 0; i < left.size(); i++) {
      if (stopRequested) {
        return Outcome.STOPPED;
      }
      StudyRun run = left.get(i);
      String place = String.format(Locale.ROOT, "[run %d/%d %s]", finished + i + 1, runs.size(), run.label());
      String result = train(run, place);
      if (result == null) {
        return Outcome.STOPPED;
      }
      long passed = System.nanoTime() - start;
      lines.accept(place + " " + result + "; " + time(passed) + " passed"
          + (i + 1 < left.size() ? ", about " + time(passed / (i + 1) * (left.size() - i - 1)) + " left" : ""));
    }
    return diverged.isEmpty() ? Outcome.FINISHED : Outcome.DIVERGED;
  }

  /** Those that diverged; the state of each is in its run folder. */
  public List<StudyRun> diverged() {
    return List.copyOf(diverged);
  }

  /** What the run came to in words; null when it was stopped. */
  private String train(StudyRun run, String place) throws IOException {
    try (TrainingRun training = run.state() == StudyRun.State.NEW
        ? TrainingRun.start(run.recipe(), run.folder(), command)
        : TrainingRun.resume(run.folder(), neutral(run), command)) {
      running = training;
      if (stopRequested) {
        training.requestStop();
      }
      RunResult result = training.train((name, total, unit) -> progress.start(place + " " + name, total, unit));
      if (result.outcome() == RunResult.Outcome.STOPPED) {
        return null;
      }
      return result.last().map(EpochMetrics::rankedTop1).map(top1 -> String.format(Locale.ROOT, "%.2f %%", top1))
          .orElse("no epoch");
    } catch (NonFiniteException e) {
      diverged.add(run);
      return "diverged: " + e.getMessage();
    } finally {
      running = null;
    }
  }

  /** The threads may be others than when it was started. */
  private static List<String> neutral(StudyRun run) {
    List<String> overrides = new ArrayList<>(List.of("workers=" + run.recipe().data().workers()));
    run.recipe().run().threads().ifPresent(threads -> overrides.add("threads=" + threads));
    return overrides;
  }

  private static String time(long nanos) {
    Duration duration = Duration.ofNanos(nanos);
    return duration.toHours() > 0
        ? String.format(Locale.ROOT, "%d:%02d:%02d h", duration.toHours(), duration.toMinutesPart(),
            duration.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d min", duration.toMinutes(), duration.toSecondsPart());
  }
}
