package io.qkformer.examples;

import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import io.qkformer.train.run.RunFiles;
import io.qkformer.train.run.RunResult;
import io.qkformer.train.run.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;

/** One process that works on a run: trains, ends at Ctrl-C after the step it is at, and says what came out. */
final class Session {

  /** What a shell expects of a program that Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  private final TrainingRun run;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Progress progress;

  Session(TrainingRun run, CommandLine command, Progress progress) {
    this.run = run;
    this.out = command.getOut();
    this.err = command.getErr();
    this.progress = progress;
  }

  /** Returns the exit code. */
  int train() throws IOException {
    StopHook hook = new StopHook(run::requestStop, err);
    try {
      RunResult result = run.train(progress);
      print(result);
      return result.outcome() == RunResult.Outcome.FINISHED ? 0 : INTERRUPTED;
    } catch (IOException e) {
      if (!hook.isStopping()) {
        throw e;
      }
      // nobody could tell it later: the program ends as soon as the hook does
      err.println("error: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    } finally {
      try {
        // the program may end only when the checkpoint is written and the folder told so
        run.close();
      } finally {
        hook.close();
      }
    }
  }

  private void print(RunResult result) {
    result.last().ifPresent(last -> out.printf(Locale.ROOT, "test accuracy: %.2f %% (top-5 %.2f %%, loss %.4f)%n",
        last.eval().top1(), last.eval().top5(), last.eval().loss()));
    result.last().filter(last -> !Double.isNaN(last.emaEval().top1())).ifPresent(last -> out.printf(Locale.ROOT,
        "of the averaged weights: %.2f %% (top-5 %.2f %%, loss %.4f)%n", last.emaEval().top1(), last.emaEval().top5(),
        last.emaEval().loss()));
    result.best().map(EpochMetrics::epoch).ifPresent(epoch -> out.printf(Locale.ROOT,
        "best: %.2f %% after epoch %d%n", result.best().get().rankedTop1(), epoch));
    if (result.outcome() == RunResult.Outcome.STOPPED) {
      out.printf("stopped; to go on: resume %s%n", run.folder());
    } else {
      out.printf("%s, %s, %s and more are in %s%n", RunFiles.WEIGHTS_BEST, RunFiles.SUMMARY, RunFiles.CURVE,
          run.folder().toAbsolutePath());
    }
    out.flush();
  }
}
